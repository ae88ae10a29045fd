import Mongo
import TestSupport

@testable import HotColdCore

extension FuzzTarget {
    /// The judgement of a document in memory: any bytes, any date type, any policy.
    static let policy = FuzzTarget(
        name: "policy",
        seeds: {
            let settings: [[UInt8]] = [[0, 0], [13, 255], [29, 7]]
            return dated + smallDocuments.flatMap { document in settings.map { $0 + document } }
        },
        run: { bytes in
            guard bytes.count > 2, let document = try? BSONDocument(bytes: bytes.dropFirst(2)) else { return }
            let (kind, type, path) = (Int(bytes[0]), Int(bytes[0]) / 6, Int(bytes[1]))
            let policy = Policy(
                kind: Policy.Kind.allCases[kind % 3],
                dateField: FieldPath(path % 2 == 0 ? "v" : "v.d"),
                accessField: FieldPath(path % 3 == 0 ? "_id" : "v.a.b"),
                dateType: Policy.DateType.allCases[type % 5],
                missing: kind % 6 < 3 ? .keep : .useDate,
                hotThresholdDays: path,
                coldThresholdDays: path > 250 ? .max : path * 2,
                hotAccessDays: path / 2
            )
            for now in [1_795_363_200_000, Int64.min, .max, 0] { judge(document, by: policy, at: now) }
        }
    )

    private static func judge(_ document: BSONDocument, by policy: Policy, at now: Int64) {
        let filter = PolicyFilter(policy, at: now)
        let evaluation = filter.evaluate(document)
        let holding = Temperature.allCases.filter { temperature in
            filter.conditions[temperature].holds { $0.read(document).found }
        }
        require(holding == [evaluation.temperature], "exactly one temperature: \(holding)")
        _ = (policy.date(of: document), evaluation.reason)
        for finding in evaluation.findings {
            let deciding = finding.standIn?.found ?? finding.found
            require(deciding != .malformed || evaluation.temperature == .unclassified, "what can't be read stays")
            _ = "\(finding)"
        }
    }

    private static let dated: [[UInt8]] = [
        ["_id": 1, "v": .date(milliseconds: .min)], ["_id": .date(milliseconds: .max), "v": ["a": ["b": .null]]],
        ["_id": 1, "v": ["d": "2024-02-29T10:00:00.5Z", "a": ["b": .double(1e300)]]],
        ["_id": .objectID(Array(repeating: 0xFF, count: 12)), "v": .int64(.max)], ["v": [["d": 1]]],
    ].flatMap { (document: BSONDocument) in [UInt8(0), 7, 13, 20, 26].map { [$0, 1] + document.bytes } }
}
