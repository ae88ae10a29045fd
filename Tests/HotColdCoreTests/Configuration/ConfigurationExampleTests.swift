import Mongo
import TestSupport
import Testing

@testable import HotColdCore

/// The policies.json at the top of the repository, and what becomes of it when bytes are lost.
@Suite struct ConfigurationExampleTests {
    private static let path = String(#filePath.split(separator: "Tests/HotColdCoreTests")[0]) + "policies.json"

    private func bytes() throws -> [UInt8] {
        guard case .content(let bytes) = ConfigurationFile.read(Self.path) else {
            throw ConfigurationError(.file(Self.path), "is not where the tests expect it")
        }
        return bytes
    }

    @Test func `the example is valid and fits the sandbox`() throws {
        let configuration = try Configuration.load(file: Self.path, environment: [:])
        #expect(configuration.hot.database == "hot_cold_db" && configuration.cold.database == "hot_cold_db")
        #expect(configuration.hot.uri == configuration.cold.uri && configuration.stateDatabase == "hotcold")
        #expect(configuration.collections.map(\.name) == ["users", "orders", "logs"])
        #expect(configuration.collections.map(\.policy.kind) == [.accessBased, .hybrid, .timeBased])
        #expect(
            configuration.collections.map(\.cold.collection) == ["users_archive", "orders_archive", "logs_archive"]
        )
        #expect(configuration.collections.map(\.policy.coldThresholdDays) == [90, 90, 30])
        #expect(configuration.collections.map(\.policy.hotThresholdDays) == [90, 90, 30])
        #expect(configuration.collections[1].policy.filter == ["status": ["$in": ["closed", "refunded"]]])
    }

    @Test func `wherever the file is cut off, the error says where it ends`() throws {
        let bytes = try bytes()
        let end = try #require(bytes.lastIndex(of: UInt8(ascii: "}")))
        for count in 0...end {
            let error = try #require(refusal(Array(bytes[..<count])), "cut off after \(count) bytes")
            let position = try #require(error.problems[0].position)
            let lines = bytes[..<count].split(separator: 0x0A, omittingEmptySubsequences: false)
            #expect(error.problems.count == 1 && position.line <= lines.count)
            #expect(error.description.contains("line \(position.line), column \(position.column): "))
            if let last = lines.last, position.line == lines.count { #expect(position.column <= last.count + 1) }
        }
        #expect(refusal(Array(bytes[...end])) == nil)
    }

    @Test(arguments: 0..<3)
    func `whatever byte is wrong, nothing crashes and no password is told`(share: Int) throws {
        var generator = SeededGenerator(seed: UInt64(share))
        // No three letters of it are anywhere else.
        let password = "QzWxJkVyQzWxJkVyQzWxJkVy"
        let text = String(decoding: try bytes(), as: UTF8.self)
            .replacing("mongodb://127.0.0.1:27017", with: "mongodb://app:\(password)@127.0.0.1:27017")
        let bytes = Array(text.utf8)
        let replacements = Array("\"\\{}[],:@/ \n0a.$%#'?=&".utf8) + [0, 0x80, 0xC3, 0xFF]
        for index in stride(from: share, to: bytes.count, by: 3) {
            var changed = bytes
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: changed.remove(at: index)
            case 1: changed[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            default: changed[index] = replacements.randomElement(using: &generator) ?? 0
            }
            guard let error = refusal(changed) else { continue }
            for problem in error.problems { #expect(problem.position != nil, "\(error)") }
            let pieces = stride(from: 0, to: 8, by: 1).map { password.dropFirst($0).prefix(3) }
            #expect(!pieces.contains { error.description.contains($0) || error.message.contains($0) }, "\(error)")
        }
    }

    private func refusal(_ bytes: [UInt8]) -> ConfigurationError? {
        do throws(ConfigurationError) {
            let none = ConfigurationOverrides()
            _ = try Configuration.parse(utf8: bytes, fileName: "p.json", environment: [:], overrides: none)
            return nil
        } catch let error { return error }
    }
}
