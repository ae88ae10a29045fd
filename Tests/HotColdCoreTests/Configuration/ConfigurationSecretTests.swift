import Testing

@testable import HotColdCore

/// Wherever a connection string with a password ends up, the password is not told.
@Suite struct ConfigurationSecretTests {
    static let uris = [
        "mongodb://app:hunter2@", "mongodb://app/hunter2@h/", "mongodb://app%hunter2@h", "mongodb://app:h/:hunter2@h",
        "mongodb://app:hunter2@h:port", "mongodb://app:hun%ter2@h",
        "mongodb://app:hunt:er2@h/?x",
        "mongodb://app:hunter2#h:27017", "mongodb://app:hunter2", "mongo://app:hunter2@h", "app:hunter2@h", "hunter2",
        "mongodb://app:hunter2@h:27017,:x", "mongodb://app:hu/nter2@h", "mongodb://app:hu@nter2@h:x",
        "mongodb://h/?password=hunter2&&=",
        "mongodb+srv://app:hunter2@h:27017", "mongodb://app:hunter2@h/?authMechanism=none&=&tls=maybe&replicaSet=",
    ]

    @Test(arguments: uris)
    func `connection strings that are wrong are not shown`(uri: String) throws {
        var text = ConfigurationText()
        text.hot = "\"uri\": \"\(uri)\", \"database\": \"app\""
        try check(text.refusal())
        let good = ConfigurationText()
        try check(good.refusal(["COLD_MONGO_URI": uri]))
        try check(configurationError(in: good.text, [:], ConfigurationOverrides(hotURI: uri)))
        try check(configurationError(in: good.text, [:], ConfigurationOverrides(coldURI: uri)))
    }

    @Test(arguments: ["mongodb://app:hunter2@h", "app:hunter2@h"])
    func `connection strings in the wrong place are not shown`(uri: String) throws {
        for place in ["\"state_database\": \"\(uri)/\",", "\"\(uri)\": 1,", "\"journal_days\": \"\(uri)\","] {
            var text = ConfigurationText()
            text.top = place
            try check(text.refusal())
        }
        for place in [
            "\"cold_collection\": \"\(uri)$\"", "\"policy\": \"\(uri)\"", "\"date_field\": \"$\(uri)\"",
            "\"filter\": \"\(uri)\"",
            "\"filter\": {\"_id\": {\"$oid\": \"\(uri)\"}}",
            "\"filter\": {\"a\": {\"$date\": \"2024-11-01\", \"\(uri)\": 1}}", "\"\(uri)\": 1",
        ] {
            var text = ConfigurationText()
            text.users = place
            try check(text.refusal())
        }
        for variable in ["HOT_MONGO_DB", "HOT_THRESHOLD_DAYS", "DELETE_AFTER_MIGRATION", "ALERT_THRESHOLD_GB"] {
            try check(ConfigurationText().refusal([variable: "\(uri)/"]))
        }
    }

    @Test(arguments: [
        ("mongodb://app:hunter2@h:x", "Invalid host string in URI"),
        ("mongodb://h/a.b", "Invalid database name in URI"),
        ("mongodb://app:hunter2@h/?tls=maybe", "Unsupported value for \"tls\": \"maybe\""),
        (
            "mongodb://app:hunt:er2@h",
            "special characters in user name and password must be percent-encoded, and a : stands between them"
        ),
    ])
    func `what is wrong with a connection string is told all the same`(uri: String, reason: String) {
        let error = configurationError(in: ConfigurationText().text, ["HOT_MONGO_URI": uri])
        #expect(error?.problems.map(\.message) == ["the connection string is malformed: \(reason)"])
    }

    private func check(_ error: ConfigurationError?) throws {
        let error = try #require(error)
        let text = "\(error) \(error.message) \(error.hint ?? "")"
        for piece in ["hunter2", "nter2", "unter", "er2"] { #expect(!text.contains(piece), "\(text)") }
    }
}
