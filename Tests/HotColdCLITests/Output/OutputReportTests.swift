import Foundation
import Mongo
import Testing

@testable import HotColdCLI
@testable import HotColdCore

@Suite("A report for people")
struct OutputReportTests {
    static let dryRun = CollectionReport(
        dryRunOf: .sample(
            .sample,
            order: FieldPath("last_accessed").map { .oldestFirst(index: "last_accessed_1", field: $0) } ?? .natural,
            target: .create([:])
        )
    )

    static let conflicts: CollectionReport = {
        var report = CollectionReport.sample(
            .with {
                $0.migrated = 1198
                $0.verified = 1198
                $0.deleted = 1198
                $0.alreadyInTarget = 1
                $0.changed = 2
                $0.conflicts = 1
                $0.held = 5
            }
        )
        report.bytes = 1_150_000
        report.batches = 2
        report.oldest = Census.sample.oldest
        report.newest = Census.sample.newest
        report.stoppedBy = .signal
        report.warnings = ["no index serves the policy: every document of shop.users is looked at"]
        report.add([
            MoveProblem(id: "user123", kind: .conflict, reason: "shop.users_archive has this _id with other content")
        ])
        return report
    }()

    static let twoClusters = CollectionReport(
        dryRunOf: .sample(.sample, topology: .twoClusters, target: .create([:]))
    )

    static let recovered: CollectionReport = {
        var report = CollectionReport.sample(.with { $0.migrated = 2 })
        report.recovered = 1200
        return report
    }()

    static let rested: CollectionReport = {
        var report = CollectionReport.sample(.with { $0.migrated = 2 })
        for seconds in [12.0, 40] {
            let detail = "db2.example.com:27017 is \(Int(seconds)) s behind (limit 10 s)"
            guard let lag = Strain(.replicationLag, seconds, slowFrom: 5, pauseAt: 10, detail) else { continue }
            report.throttles.add(.seconds(30), lag)
        }
        report.throttles.add(.milliseconds(1500), Strain(.nice, workShare: 0.1, "--nice 10"))
        report.throttles.add(.milliseconds(700), .maximumRate)
        return report
    }()

    static let objected: CollectionReport = {
        var plan = MigrationPlan.sample(.sample)
        plan.objection = "1,986 of 5,000 documents (39.7 %) would move that were not cold at the last run"
        return CollectionReport(dryRunOf: plan)
    }()

    static let refused = CollectionReport(
        dryRunOf: .sample(.sample, refusals: [.unsuitable(reason: "shop.users is capped", hint: nil)])
    )

    static let nothing = CollectionReport.sample(MoveCounts())

    static let restored: CollectionReport = {
        var report = CollectionReport.sample(.with { $0.migrated = 1 }, .restore)
        report.counts.verified = 1
        report.counts.deleted = 1
        report.bytes = 239
        report.batches = 1
        report.add(MigrationPlan.sample(Census(), .restore, missing: ["nobody"]).missingProblems)
        return report
    }()

    static let restorePlan = CollectionReport(dryRunOf: .sample(.sample, .restore, missing: ["nobody"]))

    static let all: [(String, CollectionReport)] = [
        ("dry-run", dryRun), ("interrupted-with-conflicts", conflicts), ("dry-run-refused", refused),
        ("nothing-to-do", nothing), ("restore", restored), ("restore-dry-run", restorePlan),
        ("dry-run-two-clusters", twoClusters), ("recovered", recovered),
        ("rested", rested), ("dry-run-unusual", objected),
    ]

    @Test("reads as in the golden file", arguments: all)
    func golden(name: String, report: CollectionReport) throws {
        try expectGolden(report.plainText, "report-\(name).txt")
    }

    @Test("says the same with colour", arguments: all)
    func colour(name: String, report: CollectionReport) {
        let text = Console.rendered(ReportText(report, style: TextStyle(isColorful: true)).text)
        #expect(text.hasPrefix("\u{1B}[1musers\u{1B}[0m"))
        #expect(text.replacing(/\u{1B}\[\d+m/, with: "") == report.plainText)
    }

    @Test("keeps to 100 columns, has no trailing blanks and ends with one line end", arguments: all)
    func lines(name: String, report: CollectionReport) {
        let text = report.plainText
        #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
        for line in text.split(separator: "\n") { #expect(line.count <= 100 && line.last != " ", "\(line)") }
    }

    @Test("shows the beginning of what is very long")
    func long() {
        var report = CollectionReport.sample(.with { $0.failed = 1 })
        let id = String(repeating: "x", count: 5000)
        report.add([MoveProblem(id: .string(id), kind: .failed, reason: String(repeating: "y", count: 5000))])
        let line = report.plainText.split(separator: "\n").last ?? ""
        #expect(line.hasPrefix("  failed: \"xxx") && line.hasSuffix("yyy…") && line.count < 300, "\(line)")
    }

    @Test("does not let an index's name steer the terminal")
    func harmless() {
        let order = FieldPath("d").map { MigrationPlan.ScanOrder.oldestFirst(index: "i\u{1B}[2J\n", field: $0) }
        let report = CollectionReport(
            dryRunOf: .sample(.sample, order: order ?? .natural, warnings: ["index i\u{1B}[2J\n"])
        )
        let text = report.plainText.unicodeScalars
        #expect(text.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
        #expect(report.plainText.contains(#"along index i\u{1B}[2J\n"#))
    }

    @Test("counts the problems that it does not list")
    func more() {
        var report = CollectionReport.sample(.with { $0.conflicts = 1234 })
        report.add((0..<1234).map { MoveProblem(id: .int($0), kind: .conflict, reason: "other") })
        #expect(report.plainText.components(separatedBy: "conflict: ").count == 21)
        #expect(report.plainText.hasSuffix("  … and 1,214 more of these; --problems FILE names all\n"))
    }

    @Test("says that originals stay where they do")
    func copyOnly() {
        let report = CollectionReport.sample(.with { $0.migrated = 2 }, of: .users(deletes: false))
        #expect(report.plainText.hasPrefix("users: 2 documents moved, the originals stay  shop.users → "))
    }

    @Test("of a run ends with a total where there are several collections, and with advice after a dry run")
    func summary() {
        func run(_ reports: [CollectionReport], dryRun: Bool = false) -> String {
            ReportText.summary(
                of: RunReport(
                    direction: .migrate,
                    run: "R",
                    isDryRun: dryRun,
                    startedAt: 0,
                    finishedAt: 0,
                    asOf: 0,
                    collections: reports
                )
            )
        }
        #expect(run([Self.conflicts]) == "")
        // Many are in one table, too.
        let many = run([CollectionReport](repeating: Self.conflicts, count: 6)).split(separator: "\n")
        #expect(many.count == 8 && many[0].hasPrefix("  collection  status"), "\(many)")
        #expect(many[1].hasPrefix("  users       interrupted  1,198"), "\(many)")
        let plans = run([CollectionReport](repeating: Self.dryRun, count: 6), dryRun: true).split(separator: "\n")
        #expect(plans.count == 8 && plans[0].contains("would move"), "\(plans)")
        #expect(run([Self.conflicts, Self.nothing]) == "Total: 1,198 documents, 1.1 MB, run R\n")
        let advice = "Dry run: nothing was written. Without --dry-run this would migrate the documents above.\n"
        #expect(run([Self.dryRun, Self.refused], dryRun: true) == advice)
        #expect(run([Self.refused], dryRun: true) == "Dry run: nothing was written.\n")
        #expect(run([], dryRun: true) == "Dry run: nothing was written.\n")
    }
}
