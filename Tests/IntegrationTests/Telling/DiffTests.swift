import HotColdCore
import Mongo
import TestSupport
import Testing

/// The two versions of a document, side by side.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct DiffTests {
    private static let hot: BSONDocument = [
        "_id": "u1", "d": .date(milliseconds: MoveFixture.cold), "status": "active",
        "address": ["city": "Bonn", "zip": 1],
        "n": 1,
    ]
    private static let cold: BSONDocument = [
        "_id": "u1", "d": .date(milliseconds: MoveFixture.cold), "status": "closed",
        "address": ["city": "Bonn", "zip": 2],
        "n": 1.0,
    ]

    @Test(arguments: Topology.allCases)
    func `each field that differs is shown with both values`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            try await fixture.put([Self.hot], into: "items")
            try await fixture.put([Self.cold], into: "items_archive")
            let arguments = ["diff", "--collection", "items", "--id", "u1"]
            let told = try await HotcoldProcess.run(arguments, in: fixture.directory)
            #expect(told.exitCode == 1, "\(told)")
            #expect(told.standardOutput.hasPrefix(#"items "u1": hot and archive differ in 3 fields"#), "\(told)")
            for part in [
                "  status\n    hot       \"active\"\n    archive   \"closed\"\n", "  address.zip\n",
                "    hot       1  (int)\n    archive   1.0  (double)\n",
                "hotcold restore --collection items --id u1 --on-conflict replace",
            ] { #expect(told.standardOutput.contains(part), "no \(part) in \(told)") }

            let report = try ExtendedJSONQuery.parseDocument(
                try await HotcoldProcess.run(arguments + ["--json"], in: fixture.directory).standardOutput
            )
            let document = report["documents"]?.array?.first?.document
            #expect(document?["verdict"] == "different")
            let fields = document?["differences"]?.array?.compactMap { $0.document?["field"]?.string }
            #expect(fields == ["status", "address.zip", "n"])
            try await fixture.expect(hot: [Self.hot], cold: [Self.cold])
        }
    }

    @Test func `what only one tier has, both have alike, or neither has is said`() async throws {
        try await MoveFixture.using(on: .oneCluster) { fixture in
            try await fixture.put([["_id": 1, "x": 1], ["_id": 2]], into: "items")
            try await fixture.put([["_id": 2], ["_id": 3], ["_id": 5.0]], into: "items_archive")
            func diff(_ ids: String...) async throws -> ProcessResult {
                let arguments = ["diff", "--collection", "items"] + ids.flatMap { ["--id", $0] }
                return try await HotcoldProcess.run(arguments, in: fixture.directory)
            }
            let found = try await diff("1", "2", "3", "5")
            #expect(found.exitCode == 0, "\(found)")
            let lines = found.standardOutput.split(separator: "\n").map(String.init)
            #expect(lines.count == 4, "\(found)\n\(found.standardOutput)")
            #expect(lines.first?.hasPrefix("items 1: only in hot") == true, "\(found)")
            #expect(lines.dropFirst().first == "items 2: hot and archive have the same bytes", "\(found)")
            #expect(lines.last?.hasPrefix("items 5.0: only in the archive") == true, "\(found)")
            let missing = try await diff("2", "4")
            #expect(missing.exitCode == 1, "\(missing)")
            #expect(missing.standardError.contains("no document with the _id 4 in either tier of items"), "\(missing)")
        }
    }

    @Test func `an _id that the server takes for equal is the same one`() async throws {
        try await MoveFixture.using(on: .twoClusters) { fixture in
            try await fixture.put([["_id": 1]], into: "items")
            try await fixture.put([["_id": 1.0]], into: "items_archive")
            let told = try await HotcoldProcess.run(
                ["diff", "--collection", "items", "--id", "1"],
                in: fixture.directory
            )
            #expect(told.exitCode == 1, "\(told)")
            #expect(
                told.standardOutput.contains("  _id\n    hot       1  (int)\n    archive   1.0  (double)"),
                "\(told)"
            )
        }
    }
}
