import Foundation
import Mongo
import Testing

@testable import HotColdCLI
@testable import HotColdCore

@Suite("The report of check")
struct OutputCheckTests {
    static let logs = Namespace(database: "shop", collection: "logs")

    static let ttl = Finding(
        .error,
        .ttlBeforePolicy,
        on: logs,
        "TTL index ts_1 on shop.logs deletes documents 7 days after ts; the policy archives them after 30 days",
        meaning: "they would never reach the archive",
        remedy: "raise expireAfterSeconds, or say --allow-ttl",
        command: MongoShell.expire("ts_1", of: logs, after: 5_184_000)
    )

    static let noIndex = IndexRules.findings(
        logs,
        Policy(kind: .timeBased, dateField: FieldPath("ts")),
        serving: nil,
        among: []
    )

    static func entry(_ name: String, _ findings: [Finding] = [], sampled: Int? = 1000) -> CheckReport.Entry {
        var entry = CheckReport.Entry(.users(name))
        entry.findings = findings.map { $0.inEntry(name) }
        entry.checked = [.collections, .indexes, .fields, .runs]
        (entry.sampled, entry.sampledEligible) = (sampled, sampled.map { $0 / 4 })
        return entry
    }

    static func report(
        _ servers: [ServerFacts],
        _ findings: [Finding] = [],
        _ entries: [CheckReport.Entry]
    ) -> CheckReport {
        CheckReport(timestamp: reportNow, servers: servers, serverFindings: findings, entries: entries)
    }

    static func server(_ server: Finding.Server, _ change: (inout ServerFacts) -> Void = { _ in }) -> ServerFacts {
        var facts = ServerFacts(server: server, address: "mongodb://127.0.0.1:27017/?replicaSet=rs0")
        facts.version = "6.0.5"
        change(&facts)
        return facts
    }

    static let created = EntryRules.created(
        .users(),
        like: CollectionFacts(
            namespace: logs,
            form: .collection,
            options: [:],
            indexes: [],
            averageDocumentBytes: nil
        )
    )

    static let all: [(name: String, report: CheckReport)] = [
        (
            "problems",
            report(
                [server(.both) { $0.isReplicaSet = false }],
                [ServerRules.noTransactions.on(.both)],
                [entry("logs", [ttl] + noIndex + [created]), entry("users", sampled: 1)]
            )
        ),
        (
            "one-away",
            report(
                [
                    server(.hot) {
                        $0.access = AccessFacts(user: .init(name: "op", database: "admin"), isControlled: true)
                    }
                ],
                [
                    ServerRules.unreachable(
                        .unavailable(MongoError(.serverSelection, message: "no suitable servers found"))
                    ).on(.cold)
                ],
                [entry("users", sampled: nil)]
            )
        ),
        ("nothing", report([server(.hot), server(.cold)], [], [entry("users"), entry("orders")])),
        ("warnings", report([server(.both)], [], [entry("users", noIndex)])),
    ]

    @Test("reads as in the golden file", arguments: all)
    func golden(name: String, report: CheckReport) throws {
        try expectGolden(CheckText(report).text, "check-\(name).txt")
    }

    @Test("says the same with colour", arguments: all)
    func colour(name: String, report: CheckReport) {
        let text = Console.rendered(CheckText(report, style: TextStyle(isColorful: true)).text)
        #expect(text.hasPrefix("\u{1B}[1m"))
        #expect(text.replacing(/\u{1B}\[\d+m/, with: "") == CheckText(report).text)
    }

    @Test("has every number of the text in JSON, and every text", arguments: all)
    func numbers(name: String, report: CheckReport) {
        let structured = report.structured(status: .partial)
        expectNumbers(of: CheckText(report).text, in: structured)
        let json = structured.json().replacing("\\", with: "")
        for finding in report.findings {
            for part in [finding.message, finding.meaning, finding.remedy, finding.command].compactMap(\.self) {
                #expect(json.contains(part.replacing("\\", with: "")))
            }
        }
    }

    @Test("has every key in JSON, whatever is known, and findings with every key of theirs", arguments: all)
    func keys(name: String, report: CheckReport) {
        let json = report.structured(status: .completed)
        for key in ["schema_version", "command", "status", "timestamp", "servers", "collections", "findings", "counts"]
        {
            #expect(json[key] != nil, "\(key)")
        }
        guard case .array(let findings) = json["findings"] else {
            Issue.record("no findings")
            return
        }
        #expect(findings.count == report.findings.count)
        for finding in findings {
            for key in [
                "severity", "code", "server", "collection", "namespace", "message", "meaning", "remedy", "command",
            ] {
                #expect(finding[key] != nil, "\(key)")
            }
        }
        #expect(json["counts"]?["errors"] == .int(report.findings.count(.error)))
    }

    @Test("keeps to 100 columns but for commands and addresses, and has no trailing blanks", arguments: all)
    func lines(name: String, report: CheckReport) {
        let commands = report.findings.compactMap(\.command)
        for line in CheckText(report).text.split(separator: "\n") where !commands.contains(where: line.hasSuffix) {
            #expect(line.count <= 100 && line.last != " ", "\(line)")
        }
    }

    @Test("does not let a name from the server steer the terminal")
    func harmless() {
        let evil = Finding(
            .warning,
            .uniqueIndex,
            "index \u{1B}[2Jx\n",
            meaning: "y",
            remedy: "\u{1B}",
            command: "\u{7}"
        )
        let text = CheckText(Self.report([Self.server(.both)], [], [Self.entry("users\u{1B}", [evil])])).text
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
        #expect(text.contains(#"index \u{1b}[2Jx\u{a}; y"#))
    }

    @Test("of a bad server counts every collection among the refused")
    func refused() {
        let report = Self.report([], [ShardingRole.router.finding.on(.both)], [Self.entry("a"), Self.entry("b")])
        #expect(CheckText(report).text.hasSuffix("1 error: migrate would be refused or fail for a, b.\n"))
    }

    @Test("says that there is nothing to check where no collection is configured")
    func noCollections() {
        let text = CheckText(Self.report([Self.server(.both)], [], [])).text
        #expect(text.hasSuffix("\nNo collection is configured: there is nothing to migrate.\n"))
    }

    @Test("has codes that scripts can rely on")
    func codes() {
        #expect(FindingCode.allCases.allSatisfy { $0.rawValue.allSatisfy { $0 == "_" || $0.isLowercase } })
        #expect(Set(FindingCode.allCases.map(\.rawValue)).count == FindingCode.allCases.count)
    }
}
