import Foundation
import HotColdCore
import Testing

@testable import HotColdCLI

@Suite("The version")
struct OutputVersionTests {
    @Test("is one line for people and scripts alike")
    func line() {
        #expect(VersionText.render(json: false) == "hotcold \(Version.current)\n")
    }

    @Test("is of the form that packages compare, with the day that the manual shows")
    func form() {
        #expect(Version.current.wholeMatch(of: /\d+\.\d+\.\d+/) != nil)
        #expect(Version.day.wholeMatch(of: /20\d\d-\d\d-\d\d/) != nil)
    }

    @Test("is one document that says what it was built with")
    func json() throws {
        let text = VersionText.render(json: true)
        let document = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(text.hasSuffix("}\n"))
        #expect(
            Set(document.keys) == [
                "schema_version", "command", "status", "version", "day", "build", "swift", "libmongoc", "architecture",
                "operating_system",
            ]
        )
        #expect(document["schema_version"] as? Int == 1 && document["command"] as? String == "version")
        #expect(document["status"] as? String == "completed")
        #expect(document["version"] as? String == Version.current && document["day"] as? String == Version.day)
        #if DEBUG
            #expect(document["build"] as? String == "debug")
        #else
            #expect(document["build"] as? String == "release")
        #endif
    }

    @Test("of the compiler, the machine and the system are those of this one")
    func surroundings() throws {
        let build = BuildDescription.current
        #expect(build.swift.prefixMatch(of: /6\.\d/) != nil)
        var system = utsname()
        try #require(uname(&system) == 0)
        let machine = withUnsafeBytes(of: &system.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        #expect(build.architecture == machine && build.operatingSystem == "linux")
    }

    @Test("of libmongoc is told twice: of the headers, and of the library, which may be a later one")
    func driver() throws {
        let form = /\d+\.\d+\.\d+/
        let libmongoc = try #require(BuildDescription.current.structured["libmongoc"])
        guard case .string(let headers) = libmongoc["headers"], case .string(let library) = libmongoc["library"] else {
            Issue.record("\(libmongoc)")
            return
        }
        #expect(headers.prefixMatch(of: form) != nil && library.prefixMatch(of: form) != nil)
        #expect(headers.compare(library, options: .numeric) != .orderedDescending)
    }

    @Test("is all that is printed")
    func onStandardOutput() async throws {
        let plain = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
            exit(await CommandLineTool.run(arguments: ["--version"], environment: [:]).rawValue)
        }
        #expect(String(decoding: plain.standardOutputContent, as: UTF8.self) == VersionText.render(json: false))
        let json = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
            exit(await CommandLineTool.run(arguments: ["--json", "--version"], environment: [:]).rawValue)
        }
        #expect(String(decoding: json.standardOutputContent, as: UTF8.self) == VersionText.render(json: true))
    }
}
