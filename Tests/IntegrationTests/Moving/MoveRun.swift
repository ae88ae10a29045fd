import HotColdCore
import Mongo
import TestSupport
import Testing

/// How one run of `hotcold --json` ended.
struct MoveRun: CustomTestStringConvertible {
    /// The process.
    let result: ProcessResult
    /// The one JSON document on standard output; empty where there is none.
    let report: BSONDocument

    /// Reads the report, and checks that it is one document whose numbers add up.
    ///
    /// A restore from another cluster that another run took over from `owesDeletes`: what it brought back and did not
    /// delete from cold, its successor did.
    init(_ result: ProcessResult, owesDeletes: Bool = false, sourceLocation: SourceLocation = #_sourceLocation) {
        self.result = result
        do {
            report = try ExtendedJSONQuery.parseDocument(result.standardOutput)
        } catch {
            report = BSONDocument()
            Issue.record("not one JSON document: \(error)\n\(result)", sourceLocation: sourceLocation)
        }
        for collection in collections { checkSums(collection, owesDeletes, sourceLocation) }
        let totals = report["totals"]?.document ?? [:]
        for element in (try? totals.elements()) ?? [] where element.name != "bytes" {
            let sum = collections.reduce(0) { $0 + ($1[element.name]?.integer ?? 0) }
            #expect(element.value.integer == sum, "totals.\(element.name)\n\(result)", sourceLocation: sourceLocation)
        }
    }

    private func checkSums(_ collection: BSONDocument, _ owesDeletes: Bool, _ location: SourceLocation) {
        func number(_ name: String) -> Int64 { collection[name]?.integer ?? 0 }
        let moved = number("migrated") + number("restored")
        if report["dry_run"]?.bool == true {
            #expect(
                number("scanned") == 0 && moved == 0 && number("deleted") == 0,
                "\(result)",
                sourceLocation: location
            )
            return
        }
        let left = ["changed", "vanished", "held", "conflicts", "failed"].reduce(0) { $0 + number($1) }
        #expect(number("scanned") == moved + left, "scanned is not the sum\n\(result)", sourceLocation: location)
        let isDeleted = owesDeletes ? 0...moved ~= number("deleted") : [0, moved].contains(number("deleted"))
        #expect(isDeleted, "deleted is not all or nothing\n\(result)", sourceLocation: location)
        #expect(number("already_in_target") <= moved, "\(result)", sourceLocation: location)
        #expect(number("verified") <= moved, "\(result)", sourceLocation: location)
        #expect((number("batches") > 0) == (moved > 0), "\(result)", sourceLocation: location)
    }

    var testDescription: String { "\(result)" }

    /// The exit code.
    var exitCode: Int32 { result.exitCode }
    /// `status` of the whole command.
    var status: String? { report["status"]?.string }
    /// The run's name.
    var id: String { report["run_id"]?.string ?? "" }
    /// The reports of the collections.
    var collections: [BSONDocument] { report["collections"]?.array?.compactMap(\.document) ?? [] }
    /// The report of the first collection.
    var first: BSONDocument { collections.first ?? [:] }
    /// The problems of the first collection.
    var problems: [BSONDocument] { first["problems"]?.array?.compactMap(\.document) ?? [] }
    /// The warnings of the first collection.
    var warnings: [String] { first["warnings"]?.array?.compactMap(\.string) ?? [] }

    /// What ended the first collection's run.
    var error: String? { first["error"]?.document?["message"]?.string }

    /// A number in the report of the first collection.
    subscript(_ name: String) -> Int? { first[name]?.integer.map { Int($0) } }

    /// Expects an end and numbers of the first collection.
    func expect(
        _ exitCode: Int32,
        _ status: String,
        _ numbers: KeyValuePairs<String, Int> = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(self.exitCode == exitCode, "\(result)", sourceLocation: sourceLocation)
        #expect(self.status == status, "\(result)", sourceLocation: sourceLocation)
        for (name, number) in numbers {
            #expect(self[name] == number, "\(name)\n\(result)", sourceLocation: sourceLocation)
        }
    }
}
