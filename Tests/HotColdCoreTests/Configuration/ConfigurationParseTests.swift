import Mongo
import Testing

@testable import HotColdCore

@Suite struct ConfigurationParseTests {
    @Test func `what is left out has the built-in values`() throws {
        let text =
            #"{"schema_version": 1, "hot": {"uri": "mongodb://h", "database": "d"}, "collections": {"users": {"policy": "access_based", "access_field": "seen"}}}"#
        let configuration = try Configuration.parse(text: text, fileName: "p.json")
        #expect(configuration.file == nil)
        #expect(configuration.cold.uri == configuration.hot.uri && configuration.cold.database == "d")
        #expect(configuration.stateDatabase == "hotcold" && configuration.journalDays == 90)
        #expect(configuration.monitoring.isEnabled && configuration.monitoring.alertThresholdGB == 500)
        #expect(configuration.monitoring.notificationEmail == nil)
        let users = configuration.collections[0]
        #expect(users.name == "users" && users.isEnabled)
        #expect(users.hot == Namespace(database: "d", collection: "users"))
        #expect(users.cold == Namespace(database: "d", collection: "users_archive"))
        #expect(users.policy == Policy(kind: .accessBased, accessField: FieldPath("seen")))
        #expect(users.batchSize == 1000 && users.deletesAfterMigration && users.verifiesMigration)
        #expect(users.coldCompressor == "zstd")
    }

    @Test func `every key is read`() throws {
        var text = ConfigurationText()
        text.top =
            #""state_database": "state", "journal_days": 7, "monitoring": {"enabled": false, "alert_threshold_gb": 0.5, "notification_email": "a@b"},"#
        text.defaults =
            #""hot_threshold_days": 1, "cold_threshold_days": 2, "hot_access_days": 3, "batch_size": 4, "delete_after_migration": false, "verify_migration": false, "cold_compressor": "snappy""#
        text.users =
            #""policy": "hybrid", "date_field": "a.b", "access_field": "c", "date_type": "epoch_millis", "missing": "use_date", "enabled": false, "hot_collection": "u", "cold_collection": "v", "filter": {"s": {"$in": ["x"]}}, "exclude": {"d": {"$lt": {"$date": "2024-11-01"}}}"#
        text.more = #", "a.b": {"policy": "time_based", "date_field": "_id", "date_type": "object_id"}"#
        let configuration = try text.parsed()
        #expect(configuration.stateDatabase == "state" && configuration.journalDays == 7)
        #expect(!configuration.monitoring.isEnabled && configuration.monitoring.alertThresholdGB == 0.5)
        #expect(configuration.monitoring.notificationEmail == "a@b")
        #expect(configuration.hot.database == "app" && configuration.cold.database == "archive")
        let users = configuration.collections[0]
        #expect(users.name == "users" && !users.isEnabled)
        #expect(users.hot.description == "app.u" && users.cold.description == "archive.v")
        #expect(users.batchSize == 4 && !users.deletesAfterMigration && !users.verifiesMigration)
        #expect(users.coldCompressor == "snappy")
        let policy = Policy(
            kind: .hybrid,
            dateField: FieldPath("a.b"),
            accessField: FieldPath("c"),
            dateType: .epochMillis,
            missing: .useDate,
            hotThresholdDays: 1,
            coldThresholdDays: 2,
            hotAccessDays: 3,
            filter: ["s": ["$in": ["x"]]],
            exclude: ["d": ["$lt": .date(milliseconds: 1_730_419_200_000)]]
        )
        #expect(users.policy == policy)
        #expect(configuration.collections[1].cold.description == "archive.a.b_archive")
        #expect(configuration.collections[1].policy.dateType == .objectID)
    }

    @Test func `a key on the collection wins over the environment and that over defaults`() throws {
        let environment = [
            "HOT_THRESHOLD_DAYS": "11", "COLD_THRESHOLD_DAYS": "12", "HOT_ACCESS_DAYS": "13",
            "MIGRATION_BATCH_SIZE": "14",
            "DELETE_AFTER_MIGRATION": "No", "VERIFY_MIGRATION": "YES",
        ]
        var text = ConfigurationText()
        text.defaults =
            #""hot_threshold_days": 1, "cold_threshold_days": 2, "hot_access_days": 3, "batch_size": 4, "delete_after_migration": true, "verify_migration": false, "cold_compressor": "none""#
        var entry = try text.entry(environment)
        #expect(entry.policy.hotThresholdDays == 11 && entry.policy.coldThresholdDays == 12)
        #expect(entry.policy.hotAccessDays == 13 && entry.batchSize == 14)
        #expect(!entry.deletesAfterMigration && entry.verifiesMigration && entry.coldCompressor == "none")

        text.users +=
            #", "hot_threshold_days": 21, "cold_threshold_days": 22, "hot_access_days": 23, "batch_size": 24, "delete_after_migration": true, "verify_migration": false, "cold_compressor": "zlib""#
        entry = try text.entry(environment)
        #expect(entry.policy.hotThresholdDays == 21 && entry.policy.coldThresholdDays == 22)
        #expect(entry.policy.hotAccessDays == 23 && entry.batchSize == 24)
        #expect(entry.deletesAfterMigration && !entry.verifiesMigration && entry.coldCompressor == "zlib")
    }

    @Test func `for servers and databases an option wins over the environment and that over the file`() throws {
        let text = ConfigurationText()
        let environment = [
            "HOT_MONGO_URI": "mongodb://e1", "COLD_MONGO_URI": "mongodb://e2", "HOT_MONGO_DB": "d1",
            "COLD_MONGO_DB": "d2",
        ]
        let file = try text.parsed()
        #expect(file.hot.uri.description == "mongodb://h1" && file.cold.uri.description == "mongodb://h2")
        let fromEnvironment = try text.parsed(environment)
        #expect(fromEnvironment.hot.uri.description == "mongodb://e1" && fromEnvironment.hot.database == "d1")
        #expect(fromEnvironment.cold.uri.description == "mongodb://e2" && fromEnvironment.cold.database == "d2")
        #expect(
            fromEnvironment.collections[0].hot.database == "d1" && fromEnvironment.collections[0].cold.database == "d2"
        )
        let overrides = ConfigurationOverrides(hotURI: "mongodb://o1", coldURI: "mongodb://o2")
        let fromOptions = try text.parsed(environment, overrides)
        #expect(fromOptions.hot.uri.description == "mongodb://o1" && fromOptions.cold.uri.description == "mongodb://o2")
        #expect(fromOptions.hot.database == "d1")
    }

    @Test func `the environment can stand in for hot, and hot for cold`() throws {
        let text = #"{"schema_version": 1, "collections": {"users": {"policy": "time_based", "date_field": "at"}}}"#
        let environment = ["HOT_MONGO_DB": "d", "MONITORING_ENABLED": "yes", "ALERT_THRESHOLD_GB": "1.5"]
        let configuration = try Configuration.parse(
            text: text,
            fileName: "p.json",
            environment: environment,
            overrides: ConfigurationOverrides(hotURI: "mongodb://o1")
        )
        #expect(configuration.cold.uri.description == "mongodb://o1" && configuration.cold.database == "d")
        #expect(configuration.monitoring.alertThresholdGB == 1.5)
    }

    @Test func `how much others are minded is read, or is what it usually is`() throws {
        var text = ConfigurationText()
        #expect(try text.parsed().throttle == ThrottleSettings())
        text.top =
            #""throttle": {"max_lag_seconds": 0, "min_oplog_window_hours": 0.5, "min_free_disk_gb": 2.5,"#
            + #" "max_cpu_percent": 60, "nice": 3, "max_pause_hours": 1.5},"#
        let expected = ThrottleSettings(
            maximumLag: .zero,
            minimumOplogWindow: .seconds(1800),
            minimumFreeDisk: 2_684_354_560,
            maximumProcessorShare: 0.6,
            nice: 3,
            maximumPause: .seconds(5400)
        )
        #expect(try text.parsed().throttle == expected)
    }

    @Test func `programs are read with their arguments`() throws {
        var text = ConfigurationText()
        #expect(try text.parsed().hooks == EventHooks())
        text.top = #""on_event": {"failure": ["/bin/page", "-x", ""], "time_limit_seconds": 5},"#
        #expect(
            try text.parsed().hooks
                == EventHooks(commands: [.failure: ["/bin/page", "-x", ""]], timeLimit: .seconds(5))
        )
    }

    @Test func `what share is unusual a collection says, else the defaults, else it is ten percent`() throws {
        var text = ConfigurationText()
        #expect(try text.entry().unusualSharePercent == 10)
        text.defaults = #""unusual_share_percent": 20"#
        #expect(try text.entry().unusualSharePercent == 20)
        text.users += #", "unusual_share_percent": 0"#
        #expect(try text.entry().unusualSharePercent == 0)
    }

    @Test func `monitoring follows the environment before the file`() throws {
        var text = ConfigurationText()
        text.top = #""monitoring": {"enabled": true, "alert_threshold_gb": 5},"#
        let monitoring = try text.parsed(["MONITORING_ENABLED": "0", "ALERT_THRESHOLD_GB": "7"]).monitoring
        #expect(!monitoring.isEnabled && monitoring.alertThresholdGB == 7)
    }

    @Test(
        arguments: zip(
            ["true", "TRUE", "True", "1", "yes", "YES", "false", "False", "0", "no", "No"],
            [true, true, true, true, true, true, false, false, false, false, false]
        )
    )
    func `booleans of the environment are words in any case`(text: String, value: Bool) throws {
        #expect(try ConfigurationText().entry(["DELETE_AFTER_MIGRATION": text]).deletesAfterMigration == value)
    }

    @Test(
        arguments: [
            // defaults, environment, entry: hot and cold threshold
            ("", [:], #""cold_threshold_days": 30"#, 30, 30), ("", [:], #""cold_threshold_days": 365"#, 90, 365),
            (#""hot_threshold_days": 60"#, [:], #""cold_threshold_days": 30"#, 30, 30),
            (#""hot_threshold_days": 60, "cold_threshold_days": 20"#, [:], "", 20, 20),
            ("", ["HOT_THRESHOLD_DAYS": "60"], #""cold_threshold_days": 30"#, 30, 30),
            ("", ["COLD_THRESHOLD_DAYS": "10"], "", 10, 10), ("", ["COLD_THRESHOLD_DAYS": "0"], "", 0, 0),
            ("", ["COLD_THRESHOLD_DAYS": "10"], #""hot_threshold_days": 10"#, 10, 10),
            ("", [:], #""hot_threshold_days": 7"#, 7, 90),
            ("", [:], #""cold_threshold_days": 10000000"#, 90, 10_000_000),
        ] as [(String, [String: String], String, Int, Int)]
    )
    func `an inherited hot threshold is never larger than the cold one`(
        defaults: String,
        environment: [String: String],
        entry: String,
        hot: Int,
        cold: Int
    ) throws {
        var text = ConfigurationText()
        text.defaults = defaults
        text.users += entry.isEmpty ? "" : ", \(entry)"
        let policy = try text.entry(environment).policy
        #expect(policy.hotThresholdDays == hot && policy.coldThresholdDays == cold)
    }

    @Test func `disabled entries are read and the order is that of the file`() throws {
        var text = ConfigurationText()
        text.more =
            #", "b": {"policy": "time_based", "date_field": "at", "enabled": false}, "a": {"policy": "time_based", "date_field": "at"}"#
        let entries = try text.parsed().collections
        #expect(entries.map(\.name) == ["users", "b", "a"])
        #expect(entries.map(\.isEnabled) == [true, false, true])
    }
}
