import HotColdCore
import Mongo
import TestSupport
import Testing

/// How one run of `hotcold stats --json` ended.
struct StatsRun {
    let result: ProcessResult
    let document: BSONDocument

    /// Reads the one document on standard output.
    init(_ result: ProcessResult) throws {
        self.result = result
        document = try ExtendedJSONQuery.parseDocument(result.standardOutput)
    }

    /// A value by its path of names.
    subscript(_ path: String...) -> BSONValue? {
        path.reduce(BSONValue.document(document)) { value, name in value?.document?[name] }
    }

    /// The records of a history.
    var runs: [BSONDocument] { document["runs"]?.array?.compactMap(\.document) ?? [] }
}

extension Bench {
    /// Runs `hotcold stats --json` with more arguments, and expects it to end like this.
    func stats(
        _ arguments: String...,
        environment: [String: String] = [:],
        endingWith code: Int32 = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> StatsRun {
        let result = try await run(["stats", "--json"] + arguments, environment: environment)
        #expect(result.exitCode == code, "\(result)", sourceLocation: sourceLocation)
        return try StatsRun(result)
    }

    /// A configuration with a threshold in GB and somebody to tell.
    func configureAlert(above threshold: String, email: String = #", "notification_email": "ops@example.com""#) throws {
        try configure(top: #""monitoring": {"alert_threshold_gb": \#(threshold)\#(email)},"#)
    }
}
