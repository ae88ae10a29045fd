import Testing

@testable import HotColdCore

/// The environment, and how problems are told.
@Suite struct ConfigurationErrorTests {
    @Test(arguments: [
        (
            "COLD_THRESHOLD_DAYS", "ninety",
            "environment variable COLD_THRESHOLD_DAYS: expected a whole number from 0 to 10000000, found \"ninety\"."
        ),
        (
            "HOT_THRESHOLD_DAYS", "-1",
            "environment variable HOT_THRESHOLD_DAYS: expected a whole number from 0 to 10000000, found \"-1\"."
        ),
        ("HOT_ACCESS_DAYS", "3.5", "environment variable HOT_ACCESS_DAYS: expected a whole number"),
        ("HOT_ACCESS_DAYS", "\"3\"", "expected a whole number"),
        (
            "MIGRATION_BATCH_SIZE", "0",
            "environment variable MIGRATION_BATCH_SIZE: expected a whole number from 1 to 100000, found \"0\"."
        ),
        (
            "DELETE_AFTER_MIGRATION", "off",
            "environment variable DELETE_AFTER_MIGRATION: expected true or false, found \"off\"."
        ),
        ("VERIFY_MIGRATION", "", "environment variable VERIFY_MIGRATION: is empty. Unset it or give it a value."),
        ("MONITORING_ENABLED", "2", "environment variable MONITORING_ENABLED: expected true or false, found \"2\"."),
        ("ALERT_THRESHOLD_GB", "0", "environment variable ALERT_THRESHOLD_GB: expected a number above 0, found \"0\"."),
        (
            "ALERT_THRESHOLD_GB", "inf",
            "environment variable ALERT_THRESHOLD_GB: expected a number above 0, found \"inf\"."
        ),
        ("HOT_MONGO_DB", "a/b", "environment variable HOT_MONGO_DB: expected a database name"),
        ("COLD_MONGO_DB", "", "environment variable COLD_MONGO_DB: is empty"),
        ("HOT_MONGO_URI", "", "environment variable HOT_MONGO_URI: is empty. Unset it or give it a value."),
        (
            "COLD_MONGO_URI", "h:27017",
            "environment variable COLD_MONGO_URI: the connection string doesn't start with mongodb:// or mongodb+srv://. A connection string looks like"
        ),
        (
            "COLD_MONGO_URI", "mongodb://h:x",
            "environment variable COLD_MONGO_URI: the connection string is malformed: Invalid host string in URI."
        ),
        (
            "COLD_MONGO_URI", "mongodb://h/?tsl=true",
            "environment variable COLD_MONGO_URI: unknown option tsl in the connection string. Did you mean tls?"
        ),
        (
            "COLD_MONGO_URI", "mongodb://h/?uuidRepresentation=standard",
            "environment variable COLD_MONGO_URI: unknown option uuidRepresentation in the connection string. The driver would ignore it; leave it out."
        ),
    ])
    func `the environment is checked as strictly`(name: String, value: String, message: String) {
        let description = ConfigurationText().refusal([name: value])?.description
        #expect(description?.contains(message) == true, "\(description ?? "read")")
    }

    @Test func `white space around a connection string is not a part of it`() throws {
        let environment = ["HOT_MONGO_URI": "\n mongodb://a.example.com/?w=1\r\n"]
        #expect(ConfigurationText().refusal(environment) == nil)
    }

    @Test func `everything that is wrong is told at once, in the order of the file`() throws {
        var text = ConfigurationText()
        text.top = #""journal_days": "x","#
        text.hot += #", "port": 1"#
        text.users += #", "enabled": 0, "batch_size": 0, "filter": 1, "exclude": [], "hot_access_days": {}"#
        let error = try #require(text.refusal(["HOT_ACCESS_DAYS": "x"]))
        #expect(
            error.problems.map { $0.keyPath ?? "" } == [
                "", "journal_days", "hot.port", "collections.users.enabled", "collections.users.batch_size",
                "collections.users.filter", "collections.users.exclude", "collections.users.hot_access_days",
            ]
        )
        #expect(error.problems.map { $0.position?.line ?? 0 } == [0, 1, 2, 5, 5, 5, 5, 5])
        #expect(error.hint == nil)
        #expect(error.description.split(separator: "\n").count == 8)
        #expect(!error.concernsOptionsOnly)
    }

    @Test func `a lone problem has its hint apart`() throws {
        var text = ConfigurationText()
        text.hot += #", "databse": "x""#
        let error = try #require(text.refusal())
        #expect(error.message == "p.json, line 2, column 51: hot.databse: unknown key.")
        #expect(error.hint == "did you mean \"database\"?")
    }

    @Test func `what something stronger hides is checked all the same`() {
        var text = ConfigurationText()
        text.hot = #""uri": "h1", "database": "a/b""#
        text.defaults = #""batch_size": 0"#
        text.users += #", "batch_size": 1"#
        let environment = ["HOT_MONGO_URI": "mongodb://e", "HOT_MONGO_DB": "d", "MIGRATION_BATCH_SIZE": "2"]
        let error = configurationError(in: text.text, environment, ConfigurationOverrides(hotURI: "mongodb://o"))
        #expect(error?.problems.map(\.keyPath) == ["hot.uri", "hot.database", "defaults.batch_size"])
    }

    @Test func `a wrong option is told from a wrong file`() throws {
        let overrides = ConfigurationOverrides(hotURI: "localhost")
        let error = try #require(configurationError(in: ConfigurationText().text, [:], overrides))
        #expect(error.concernsOptionsOnly)
        #expect(error.description.hasPrefix("--hot-uri: the connection string doesn't start with mongodb://"))
    }
}
