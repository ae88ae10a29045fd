import Mongo
import Testing

@testable import HotColdCLI
@testable import HotColdCore

@Suite("An analysis for people")
struct OutputAnalysisTests {
    private typealias Volume = CollectionAnalysis.Volume

    private static func volume(_ documents: Int, _ bytes: Int64) -> Volume {
        var volume = Volume()
        (volume.documents, volume.bytes) = (documents, bytes)
        return volume
    }

    static let orders: CollectionAnalysis = {
        let orders = CollectionConfiguration(
            name: "orders",
            hot: Namespace(database: "shop", collection: "orders"),
            cold: Namespace(database: "shop", collection: "orders_archive"),
            policy: Policy(
                kind: .hybrid,
                dateField: FieldPath("created_at"),
                accessField: FieldPath("last_accessed"),
                hotThresholdDays: 30
            )
        )
        var analysis = CollectionAnalysis(orders, asOf: reportNow)
        analysis.hot.exists = true
        analysis.hot.volume = volume(50_000, 131_600_000)
        analysis.cold.exists = true
        analysis.cold.volume = volume(200_000, 471_900_000)
        analysis.cold.dates = CollectionAnalysis.Dates(
            oldest: reportNow - 90_000_000_000,
            newest: reportNow - 9_000_000_000
        )
        analysis.distribution = [
            .hot: volume(40_000, 105_000_000), .warm: volume(7_000, 18_000_000), .cold: volume(2_986, 8_563_000),
            .unclassified: volume(14, 37_000),
        ]
        analysis.eligible = volume(1_986, 5_138_022)
        analysis.eligibleDates = CollectionAnalysis.Dates(
            oldest: reportNow - 32_000_000_000,
            newest: reportNow - 7_800_000_123
        )
        analysis.held = 900
        analysis.filteredOut = 100
        analysis.gain = CollectionAnalysis.Gain(data: 5_138_022, storage: 2_100_000, indexes: 412_000)
        let days: [Int?] = [nil, 0, 30, 60, 90, 180, 365]
        analysis.ages = days.indices.map { index in
            let volume = volume([3, 20_000, 12_000, 8_000, 6_000, 3_000, 983][index], Int64(index) * 9_000_000)
            return CollectionAnalysis.Bucket(
                fromDays: days[index],
                toDays: index + 1 < days.count ? days[index + 1] : nil,
                volume: volume
            )
        }
        analysis.idles = analysis.ages.map { bucket in
            var bucket = bucket
            if bucket.fromDays == nil { bucket.volume = volume(0, 0) }
            return bucket
        }
        analysis.unexpectedTypes = [
            CollectionAnalysis.UnexpectedType(
                field: .of("created_at"),
                type: "string",
                reason: .wrongType,
                documents: 12
            ),
            CollectionAnalysis.UnexpectedType(
                field: .of("last_accessed"),
                type: "missing",
                reason: .missing,
                documents: 1
            ),
            CollectionAnalysis.UnexpectedType(
                field: .of("last_accessed"),
                type: "double",
                reason: .noDate,
                documents: 1
            ),
        ]
        analysis.whatIfs = [
            CollectionAnalysis.WhatIf(days: 1, volume: volume(30_000, 70_000_000)),
            CollectionAnalysis.WhatIf(days: 180, volume: volume(900, 2_000_000)),
        ]
        analysis.servingIndex = "created_at_1"
        return analysis
    }()

    static let estimated: CollectionAnalysis = {
        var analysis = orders
        analysis.sampled = 1_000
        analysis.servingIndex = nil
        analysis.missingIndexes = [
            CollectionAnalysis.MissingIndex(
                fields: [.of("created_at")],
                command: #"db.getSiblingDB("shop").getCollection("orders").createIndex({"created_at": 1})"#
            )
        ]
        analysis.cold = CollectionAnalysis.Tier(namespace: orders.cold.namespace, exists: false, volume: Volume())
        (analysis.held, analysis.filteredOut) = (0, 0)
        (analysis.unexpectedTypes, analysis.whatIfs) = ([], [])
        return analysis
    }()

    static let missing: CollectionAnalysis = {
        var analysis = CollectionAnalysis(.users(), asOf: reportNow)
        analysis.warnings = ["shop.users does not exist; there is nothing to analyze"]
        return analysis
    }()

    private static func report(_ analyses: [CollectionAnalysis]) -> AnalysisReport {
        AnalysisReport(
            timestamp: reportNow,
            asOf: reportNow,
            entries: analyses.map { AnalysisReport.Entry($0.collection, .success($0)) }
        )
    }

    static let reports = [
        ("analyze", report([orders])), ("analyze-estimated", report([estimated])),
        ("analyze-missing", report([missing])),
        ("analyze-two", report([missing, estimated])),
        (
            "analyze-failed",
            AnalysisReport(
                timestamp: reportNow,
                asOf: reportNow,
                entries: [AnalysisReport.Entry(.users(), .failure(.unsuitable(reason: "no", hint: nil)))]
            )
        ),
        ("analyze-nothing", report([])),
    ]

    @Test("reads as in the golden file", arguments: reports)
    func golden(name: String, report: AnalysisReport) throws {
        try expectGolden(AnalysisText(report).text, "report-\(name).txt")
    }

    @Test("keeps to 100 columns, but for a command to copy", arguments: reports)
    func lines(name: String, report: AnalysisReport) {
        for line in AnalysisText(report).text.split(separator: "\n") where !line.contains("createIndex") {
            #expect(line.count <= 100 && line.last != " ", "\(line)")
        }
    }

    @Test("has no number that JSON has not", arguments: reports)
    func numbers(name: String, report: AnalysisReport) {
        let json = report.structured(status: .completed) { ExitCode($0).rawValue }
        expectNumbers(of: AnalysisText(report).text, in: json)
    }
}
