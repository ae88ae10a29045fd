import Mongo
import Testing

@testable import HotColdCLI
@testable import HotColdCore

@Suite("Stats for people")
struct OutputStatsTests {
    static let all: [(String, StatsResult)] = [("normal", .normal), ("alert", .alert), ("missing", .missing)]

    @Test("read as in the golden file", arguments: all)
    func golden(name: String, result: StatsResult) throws {
        try expectGolden(StatsText(result).text, "stats-\(name).txt")
    }

    @Test("say the same with colour", arguments: all)
    func colour(name: String, result: StatsResult) {
        let text = Console.rendered(StatsText(result, style: TextStyle(isColorful: true)).text)
        #expect(text.replacing(/\u{1B}\[\d+m/, with: "") == StatsText(result).text)
    }

    @Test("keep to 100 columns, have no trailing blanks and end with one line end", arguments: all)
    func lines(name: String, result: StatsResult) {
        let text = StatsText(result).text
        #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
        for line in text.split(separator: "\n") { #expect(line.count <= 100 && line.last != " ", "\(line)") }
    }

    @Test("say nothing that steers a terminal")
    func control() {
        let result = StatsResult.sample(["a\u{1B}[2J\nb": (StatsResult.users.hot, .missing)])
        #expect(
            !StatsText(result).text.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control }
        )
    }

    @Test("have every number in the JSON as well", arguments: all)
    func numbers(name: String, result: StatsResult) throws {
        let document = result.structured
        let report = result.snapshot.storage
        expectNumbers(of: StatsText(result).text, in: document)
        for storage in report.collections {
            for (tier, key) in [(storage.hot, "hot"), (storage.cold, "cold")] {
                let json = try #require(document[key]?[tier.namespace.collection])
                expectFields(of: tier.usage, in: json)
            }
        }
        expectFields(of: report.hot, in: try #require(document["total"]?["hot"]))
        expectFields(of: report.cold, in: try #require(document["total"]?["cold"]))
        #expect(document["monitoring"]?["alert_threshold_gb"] == .double(report.monitoring.alertThresholdGB))
    }

    private func expectFields(of usage: StorageUsage?, in json: StructuredValue) {
        #expect(json["document_count"] == (usage.map { .int($0.documents) } ?? .null))
        #expect(json["size_bytes"] == (usage.map { .int($0.dataBytes) } ?? .null))
        #expect(json["storage_bytes"] == (usage.map { .int($0.storageBytes) } ?? .null))
        #expect(json["index_bytes"] == (usage.map { .int($0.indexBytes) } ?? .null))
        #expect(json["reusable_bytes"] == (usage.map { .int($0.reusableBytes) } ?? .null))
        #expect(json["average_document_bytes"] == (usage.map { .int($0.averageDocumentBytes) } ?? .null))
        #expect(json["compression_ratio"] == (usage?.compressionRatio.map(StructuredValue.double) ?? .null))
    }

    @Test("end with the worst of what went wrong; an alert is nothing wrong")
    func codes() {
        #expect(StatsResult.normal.code == .ok && StatsResult.alert.code == .ok)
        #expect(StatsResult.missing.code == .leftBehind)
        var result = StatsResult.alert
        result.notification?.failure = Failure(DeliveryError("no", hint: nil))
        #expect(result.code == .leftBehind && result.structured["error"]?["message"] == "no")
        #expect(result.structured["status"] == "partial")
        result.metricsFailure = Failure(.bug, "worse")
        #expect(result.code == .bug && result.structured["error"]?["message"] == "worse")
        #expect(
            result.structured["errors"]
                == .array([Failure(.bug, "worse"), Failure(.leftBehind, "no")].map(\.structured))
        )
    }
}

@Suite("The history for people")
struct OutputHistoryTests {
    @Test("reads as in the golden file")
    func golden() throws {
        var text = HistoryText(days: 30)
        text.add(Array(RunRecord.samples.prefix(2)))
        text.add(Array(RunRecord.samples.dropFirst(2)))
        try expectGolden(text.text(style: .plain), "stats-history.txt")
    }

    @Test("of nothing reads as in the golden file")
    func empty() throws {
        var text = HistoryText(days: 1)
        text.add([])
        try expectGolden(text.text(style: .plain), "stats-history-empty.txt")
    }

    @Test("shows what a record has of odd things without harm")
    func odd() {
        var text = HistoryText(days: 7)
        text.add([RunRecord([:]), RunRecord(["status": "\u{1B}[2J", "collection": "a\nb", "migrated": "many"])])
        let lines = text.text(style: .plain).split(separator: "\n")
        #expect(lines.count == 4 && !lines.contains { $0.contains("\u{1B}") })
    }
}

@Suite("The mail about an alert")
struct OutputAlertMailTests {
    @Test("reads as in the golden file", arguments: [false, true])
    func golden(isOver: Bool) throws {
        let report = (isOver ? StatsResult.normal : .alert).snapshot.storage
        let change = AlertChange(
            watch: try #require(report.watches.first),
            raisedSince: isOver ? reportNow - 86_400_000 : nil
        )
        let mail = AlertMailText(change, report, file: "/etc/hotcold/policies.json")
            .message(to: "ops@example.com", from: "root@db1.example.com")
        let text = mail.text.replacing(HostIdentity.current.host, with: "HOST")
        try expectGolden(text, "mail-\(isOver ? "over" : "alert").txt")
    }

    @Test(
        "comes from the user and the host, as far as they are known",
        arguments: [
            (["LOGNAME": "cron", "USER": "x"], "db1.example.com", "cron@db1.example.com"),
            (["USER": "a b\n<c>@d"], "h\n", "abcd@h"), ([:], "", "hotcold@localhost"),
        ]
    )
    func sender(environment: [String: String], host: String, sender: String) {
        #expect(AlertMailText.sender(environment, host: host) == sender)
    }
}

@Suite("Metrics")
struct OutputMetricsTests {
    static let snapshot = MetricsSnapshot(
        storage: StatsResult.sample([
            "users": StatsResult.users, "a \"b\" \\ c\nd": (.failed(.bug("")), .missing),
        ]).snapshot.storage,
        activities: [
            CollectionActivity(
                collection: "users",
                eligible: 1986,
                runs: [
                    .init(direction: .migrate, last: RunRecord.samples[2], lastSuccess: RunRecord.samples[3]),
                    .init(direction: .restore, last: nil, lastSuccess: nil),
                ]
            ),
            CollectionActivity(collection: "a \"b\" \\ c\nd", eligible: nil, runs: []),
        ]
    )

    @Test("read as in the golden file")
    func golden() throws { try expectGolden(Self.snapshot.prometheusText, "metrics.prom") }
}
