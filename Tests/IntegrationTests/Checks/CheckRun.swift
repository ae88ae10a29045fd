import Foundation
import TestSupport
import Testing

/// How one run of `hotcold check --json` ended.
struct CheckRun: CustomTestStringConvertible {
    /// The process.
    let result: ProcessResult
    private let answer: Answer

    init(_ result: ProcessResult) throws {
        self.result = result
        answer = try Answer(result)
    }

    var testDescription: String { "\(result)" }

    /// Everything that was found, as severity and code.
    var gist: [String] { findings.map { "\($0["severity"] ?? "?") \($0["code"] ?? "?")" } }

    /// `status` of the report.
    var status: String? { answer.document["status"] as? String }

    /// The deployments.
    var servers: [[String: Any]] { answer.document["servers"] as? [[String: Any]] ?? [] }

    /// The findings.
    var findings: [[String: Any]] { answer.document["findings"] as? [[String: Any]] ?? [] }

    /// What is said of a collection.
    func collection(_ name: String) throws -> [String: Any] { try answer.collection(name) }

    /// A text of the only finding with this code.
    func text(_ key: String, of code: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let found = findings.filter { $0["code"] as? String == code }
        try #require(found.count == 1, "\(result)", sourceLocation: sourceLocation)
        return found[0][key] as? String ?? ""
    }

    /// Expects an end, and the findings in their order but for notices that say how things are.
    func expect(_ exitCode: Int32, _ gist: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(result.exitCode == exitCode, "\(result)", sourceLocation: sourceLocation)
        #expect(result.standardError.isEmpty, "\(result)", sourceLocation: sourceLocation)
        #expect(status == (exitCode == 0 ? "completed" : "partial"), "\(result)", sourceLocation: sourceLocation)
        let usual = ["notice target_missing", "warning no_index", "notice empty_collection"]
        #expect(self.gist.filter { !usual.contains($0) } == gist, "\(result)", sourceLocation: sourceLocation)
    }
}

extension Bench {
    /// Checks, and expects that nothing is written by it.
    func check(_ arguments: [String] = [], sourceLocation: SourceLocation = #_sourceLocation) async throws -> CheckRun {
        let before = try await contents()
        let run = try CheckRun(try await run(["check", "--json"] + arguments))
        #expect(try await contents() == before, "check wrote something", sourceLocation: sourceLocation)
        return run
    }
}
