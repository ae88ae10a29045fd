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
