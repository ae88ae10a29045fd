import Foundation
import Mongo
import Testing

@testable import HotColdCLI
@testable import HotColdCore

@Suite("A failure")
struct OutputFailureTests {
    @Test("is one paragraph for people, the hint indented below")
    func text() {
        #expect(Failure(.usage, "no such thing").text == "hotcold: no such thing\n")
        #expect(Failure(.usage, "no such thing", hint: "try another").text == "hotcold: no such thing\n  try another\n")
    }

    @Test("is one line for those who want no more, whatever lines it has")
    func line() {
        #expect(Failure(.usage, "no such thing").line == "hotcold: no such thing\n")
        #expect(Failure(.usage, "a\nb\u{2028}c", hint: "x\ny").line == "hotcold: a b c (x y)\n")
        let failure = Failure(.usage, "no such thing", hint: "try another")
        #expect(failure.text(.quiet) == failure.line)
        #expect(failure.text(.normal) == failure.text && failure.text(.verbose) == failure.text)
    }

    @Test("of documents that were left behind says how many of which kind")
    func leftBehind() {
        func message(_ problems: Int, _ counts: MoveCounts) -> String {
            var report = CollectionReport.sample(counts)
            report.problemCount = problems
            return Failure(leftBehindBy: report).message
        }
        #expect(message(1, .with { $0.conflicts = 1 }) == "left 1 document behind: 1 conflict")
        #expect(
            message(1_205, .with { ($0.conflicts, $0.failed) = (1_200, 3) })
                == "left 1,205 documents behind: 1,200 conflicts, 3 failed, 2 not found or not settled"
        )
        #expect(Failure(leftBehindBy: .sample(.with { $0.failed = 1 })).code == .leftBehind)
    }

    @Test("is one document for scripts, with null where nothing is known", arguments: [nil, "migrate"])
    func json(command: String?) throws {
        let text = Failure(.configuration, "a \"quote\"\nand a line", hint: nil).json(command: command)
        let document = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let error = try #require(document["error"] as? [String: Any])
        #expect(document["status"] as? String == "failed" && document["schema_version"] as? Int == 1)
        #expect(document["command"] as? String == command)
        #expect(error["code"] as? Int == 78 && error["message"] as? String == "a \"quote\"\nand a line")
        #expect(error["hint"] is NSNull)
    }

    static let errors: [(MigrationError, ExitCode)] = [
        (.unsuitable(reason: "", hint: nil), .leftBehind), (.selectionRefused(.test(.server)), .configuration),
        (.queryRefused(.test(.server)), .usage), (.leaseLost(Namespace(database: "d", collection: "c")), .busy),
        (.differingBytes(count: 1), .differingBytes), (.unavailable(.test(.network)), .unavailable),
        (.outcomeUnknown(.test(.network)), .unavailable), (.refused(.test(.authentication)), .refused),
        (.bug(""), .bug),
    ]

    @Test("has the exit code of its kind", arguments: errors)
    func codes(error: MigrationError, code: ExitCode) {
        #expect(ExitCode(error) == code)
        #expect(Failure(error).code == code)
        var report = CollectionReport(collection: .users(), direction: .migrate)
        report.error = error
        #expect(ExitCode(report) == code)
    }

    @Test("less than an error: a report without one is 1 where documents were left behind, else 0")
    func reports() {
        #expect(ExitCode(CollectionReport.sample(.with { $0.migrated = 1 })) == .ok)
        #expect(ExitCode(CollectionReport.sample(.with { $0.changed = 1 })) == .ok)
        #expect(ExitCode(CollectionReport.sample(.with { $0.conflicts = 1 })) == .leftBehind)
        #expect(ExitCode(CollectionReport.sample(.with { $0.failed = 1 })) == .leftBehind)
    }

    @Test("counts by the contract: 70, 65, 77, 69, 75, 1, 0, whatever the order")
    func worst() {
        let order: [ExitCode] = [.bug, .differingBytes, .refused, .unavailable, .busy, .leftBehind, .ok]
        #expect(order.map(\.rawValue) == [70, 65, 77, 69, 75, 1, 0])
        for (index, code) in order.enumerated() {
            #expect(ExitCode.worst(order[index...]) == code)
            #expect(ExitCode.worst(order[index...].reversed()) == code)
            #expect(ExitCode.worst([code, code]) == code)
        }
        #expect(ExitCode.worst([]) == .ok)
    }

    @Test("of the configuration or the query is not hidden by a collection that merely can't be migrated")
    func worstOfMistakes() {
        #expect(ExitCode.worst([.leftBehind, .configuration, .busy]) == .configuration)
        #expect(ExitCode.worst([.leftBehind, .usage]) == .usage)
        #expect(ExitCode.worst([.configuration, .unavailable]) == .unavailable)
    }
}

extension MongoError {
    /// An error of a kind.
    fileprivate static func test(_ kind: Kind) -> MongoError { MongoError(kind, code: 2, message: "test") }
}
