import Mongo
import TestSupport
import Testing

@testable import HotColdCore

/// A policy has three readings: in memory, as match filters, and from the cells of a grid that the server counts.
///
/// They must not differ for any document, or hotcold would delete what it did not mean to, or report what it does not
/// do.
@Suite struct PolicyAgreementTests {
    /// The fields of a policy, and what is special about the collection.
    struct Layout: Sendable, CustomTestStringConvertible {
        var date: String
        var access: String
        /// Under this collation text that looks different is equal, and punctuation does not count.
        var collation: BSONValue?
        /// What the server can index whatever is in the documents.
        var indexed: [String]

        var testDescription: String { "\(date), \(access)\(collation == nil ? "" : ", with a collation")" }
        var paths: [FieldPath] { [date, access].compactMap(FieldPath.init) }

        static let all = [
            Layout(date: "created", access: "used", indexed: ["created", "used"]),
            Layout(
                date: "a.b",
                access: "a.c.d",
                collation: ["locale": "en", "strength": 1, "alternate": "shifted", "numericOrdering": true],
                indexed: ["a.b", "a.c.d"]
            ),
            Layout(date: "x.0.y", access: "\u{E9} z", indexed: ["\u{E9} z"]),
            Layout(date: "_id", access: "a.b", indexed: ["a.b"]),
        ]
    }

    @Test(
        .enabled(if: TestServer.isConfigured),
        .timeLimit(.minutes(30)),
        arguments: Policy.DateType.allCases,
        Layout.all
    )
    func `memory, filters and grid agree on every document`(type: Policy.DateType, layout: Layout) async throws {
        let filters = Self.filters(type, layout)
        let cutoffs = Set(filters.flatMap { [$0.cutoffs.hot, $0.cutoffs.cold, $0.cutoffs.access] }).sorted()
        var generator = PolicyDocumentGenerator(
            seed: 20_261_122,
            type,
            paths: layout.paths,
            cutoffs: cutoffs,
            symbols: layout.collation == nil
        )
        let generated = (0..<300).map { generator.document(id: $0) }
        try await TestServer.withDatabase { database in
            let collation = layout.collation.map { [("collation", $0)] } ?? []
            try await database.run(BSONDocument([("create", "c")] + collation))
            let documents = try await database.insertAccepted(generated)
            #expect(documents.count > 50)

            var expected: [[Temperature]] = []
            for filter in filters {
                expected.append(documents.map { filter.evaluate($0).temperature })
                try await database.expectAgreement(filter, documents, expected[expected.count - 1])
            }
            // Nothing is proved by documents that are all alike.
            for temperature in Temperature.allCases {
                #expect(expected.joined().count { $0 == temperature } > 30, "\(temperature)")
            }
            // Again where the server can go by indexes, which hold arrays element by element.
            for path in layout.indexed { try await database.createIndex(on: "c", BSONDocument([(path, .int(1))])) }
            for index in stride(from: 0, to: filters.count, by: 4) {
                try await database.expectAgreement(filters[index], documents, expected[index])
            }
        }
    }
}

// MARK: - The policies

extension PolicyAgreementTests {
    private static let everyKind: [(Policy.Kind, Policy.MissingAccess)] = [
        (.timeBased, .keep), (.accessBased, .keep), (.accessBased, .useDate), (.hybrid, .keep), (.hybrid, .useDate),
    ]

    /// Moments and thresholds (hot, cold, access) to judge at.
    private static let clocks: [(now: Int64, days: (Int, Int, Int))] =
        // 2026-11-22, not on a whole second.
        [(0, 0, 0), (1, 1, 1), (90, 90, 30), (30, 90, 30), (0, 30, 90), (20_000, 800_000, 20_000)]
        .map { (1_795_374_168_123, $0) }
        // On a whole second, contradicting, and absurd.
        + [(30, 90, 30), (90, 30, 30), (.max, .max, .max), (0, .max, 0)].map { (1_795_374_168_000, $0) }

    /// Before 1970, after ObjectIds end, after year 9999, where doubles have no fractions, and the ends.
    private static let strangeMoments: [Int64] = [
        -1, 4_294_967_296_001, 253_402_300_800_000, 5_000_000_000_000_000_001, .max, .min + 1,
    ]

    private static func filters(_ type: Policy.DateType, _ layout: Layout) -> [PolicyFilter] {
        func filter(
            _ now: Int64,
            _ days: (Int, Int, Int),
            _ kind: Policy.Kind,
            _ missing: Policy.MissingAccess
        ) -> PolicyFilter {
            let policy = Policy(
                kind: kind,
                dateField: FieldPath(layout.date),
                accessField: FieldPath(layout.access),
                dateType: type,
                missing: missing,
                hotThresholdDays: days.0,
                coldThresholdDays: days.1,
                hotAccessDays: days.2
            )
            return PolicyFilter(policy, at: now)
        }
        let usual = clocks.flatMap { clock in everyKind.map { filter(clock.now, clock.days, $0.0, $0.1) } }
        let strange = strangeMoments.flatMap { now in
            [filter(now, (0, 1, 0), .timeBased, .keep), filter(now, (0, 0, 0), .hybrid, .useDate)]
        }
        return usual + strange
    }
}

// MARK: - The comparison

extension TestDatabase {
    /// Inserts documents into `c` and returns those that the server takes: it refuses an id twice, or an array as id.
    fileprivate func insertAccepted(_ documents: [BSONDocument]) async throws -> [BSONDocument] {
        let namespace = namespace("c")
        return try await connection.withClient { client in
            var accepted: [BSONDocument] = []
            var rest = documents[...]
            while !rest.isEmpty {
                let result = try client.insert(DocumentBatch(rest), into: namespace, comment: "test")
                let count = result.writeErrors.first?.index ?? rest.count
                accepted += rest.prefix(count)
                rest = rest.dropFirst(count + 1)
            }
            return accepted
        }
    }

    /// Compares what the server says about all documents of `c` with what is expected.
    fileprivate func expectAgreement(
        _ filter: PolicyFilter,
        _ documents: [BSONDocument],
        _ expected: [Temperature]
    ) async throws {
        var matched: [BSONValue: [String]] = [:]
        for temperature in Temperature.allCases {
            let command: BSONDocument = [
                "find": "c", "filter": .document(filter.documents(temperature)), "projection": ["_id": 1],
                "batchSize": 100_000,
            ]
            for id in try await rows(command).compactMap({ $0["_id"] }) {
                matched[id, default: []].append(temperature.rawValue)
            }
        }
        var (computed, positions): ([BSONValue: String], [BSONValue: [DateGrid.Position]]) = ([:], [:])
        let grid = DateGrid([filter], moments: [0, 1_795_374_168_000, filter.cutoffs.hot, filter.cutoffs.cold])
        let pipeline: BSONValue = [["$project": ["cell": grid.key]]]
        for row in try await rows(["aggregate": "c", "pipeline": pipeline, "cursor": ["batchSize": 100_000]]) {
            guard let id = row["_id"], let key = row["cell"] else { continue }
            let cell = try grid.cell(["_id": key, "documents": 1], policy: filter.policy)
            positions[id] = cell.positions
            // Exactly one condition holds in a cell.
            let holding = Temperature.allCases.filter { grid.holds(filter.conditions[$0], in: cell) }
            computed[id] = holding.map(\.rawValue).joined(separator: " and ")
        }
        let mistaken = zip(documents, expected).filter { document, temperature in
            guard let id = document["_id"] else { return true }
            return matched[id] != [temperature.rawValue] || computed[id] != temperature.rawValue
                || positions[id] != grid.axes.map { $0.position(of: document) }
        }
        guard let (document, _) = mistaken.first else { return }
        let id = document["_id"] ?? .null
        Issue.record(
            """
            \(mistaken.count) of \(documents.count) documents, such as \
            \(ExtendedJSON.string(from: document, .canonical) ?? "\(document.bytes)")
            filters: \(matched[id] ?? []), grid: \(computed[id] ?? "none"), memory: \
            \(filter.evaluate(document).reason)
            \(filter.policy) at \(filter.cutoffs)
            """
        )
    }

    private func rows(_ command: BSONDocument) async throws -> [BSONDocument] {
        let name = name
        return try await connection.withClient { try $0.all(command, on: name) }
    }
}

extension DateGrid.Axis {
    /// Where a document is, found in memory.
    fileprivate func position(of document: BSONDocument) -> DateGrid.Position {
        let (found, value) = field.read(document)
        switch found {
        case .date(let moment): return .interval(intervals.interval(of: moment))
        case .insideArray: return .type("array")
        case .missing: return .type("missing")
        case .null, .wrongType, .noDate, .malformed: return .type(value?.type.alias ?? "?")
        }
    }
}
