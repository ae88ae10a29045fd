import Testing

@testable import HotColdCore

/// Keys that have to be there, some of them because of others.
@Suite struct ConfigurationRequirementTests {
    @Test(arguments: [
        (
            #""date_field": "d""#,
            "line 5, column 17: collections.users.policy: is required. It is \"time_based\", \"access_based\" or \"hybrid\"."
        ),
        (
            #""policy": "time", "date_field": "d""#,
            "collections.users.policy: expected \"time_based\", \"access_based\" or \"hybrid\", found the string \"time\"."
        ),
        (
            #""policy": "time-based", "date_field": "d""#,
            "found the string \"time-based\". Did you mean \"time_based\"?"
        ),
        (
            #""policy": "time_based", "access_field": "d""#,
            "line 5, column 17: collections.users.date_field: is required. Policy \"time_based\" needs it."
        ),
        (
            #""policy": "access_based", "date_field": "d""#,
            "collections.users.access_field: is required. Policy \"access_based\" needs it."
        ),
        (
            #""policy": "hybrid", "date_field": "d""#,
            "collections.users.access_field: is required. Policy \"hybrid\" needs it."
        ),
        (
            #""policy": "hybrid", "access_field": "d""#,
            "collections.users.date_field: is required. Policy \"hybrid\" needs it."
        ),
        (
            #""policy": "access_based", "access_field": "d", "missing": "use_date""#,
            "collections.users.date_field: is required. \"missing\": \"use_date\" needs it."
        ),
        (
            #""policy": "time_based", "date_field": "d", "missing": "use_date""#,
            "collections.users.access_field: is required. \"missing\": \"use_date\" needs it."
        ),
        (
            #""policy": "time_based", "date_field": "d", "hot_threshold_days": 91"#,
            "line 5, column 92: collections.users.hot_threshold_days: 91 days is larger than cold_threshold_days, 90 (built in). A document can't be hot and cold at the same age."
        ),
        (
            #""policy": "time_based", "date_field": "d", "hot_threshold_days": 9, "cold_threshold_days": 8"#,
            "9 days is larger than cold_threshold_days, 8 (from collections.users.cold_threshold_days)."
        ),
    ])
    func `a policy without what it needs is refused`(users: String, message: String) {
        var text = ConfigurationText()
        text.users = users
        expectRefusal(of: text.text, message)
    }

    @Test(arguments: [
        (
            "{}",
            "p.json, line 1, column 1: schema_version: is required. This hotcold knows version 1: \"schema_version\": 1.\np.json, line 1, column 1: collections: is required."
        ),
        ("[]", "p.json, line 1, column 1: expected an object, found an array."),
        ("null", "p.json, line 1, column 1: expected an object, found null."),
        (
            #"{"schema_version": 2, "collections": {"a": {"policy": "time_based", "date_field": "d"}}}"#,
            "line 1, column 20: schema_version: expected 1, the only version that this hotcold knows, found the number 2."
        ),
        (
            #"{"schema_version": "1", "collections": {"a": {"policy": "time_based", "date_field": "d"}}}"#,
            "found the string \"1\"."
        ),
        (
            #"{"schema_version": 1, "collections": {}}"#,
            "line 1, column 23: collections: has no entry. Name at least one collection."
        ),
        (
            #"{"schema_version": 1, "hot": {}, "collections": {"a": {"policy": "time_based", "date_field": "d"}}}"#,
            "p.json, line 1, column 23: hot.uri: is required. Write it or set HOT_MONGO_URI, or give --hot-uri.\np.json, line 1, column 23: hot.database: is required. Write it or set HOT_MONGO_DB."
        ),
        (
            "{\"schema_version\": 1,\n\"collections\": {\"a\": {\"policy\" \"x\"}}}",
            "p.json, line 2, column 32: expected ':' after a key, found \"x\"."
        ),
        (
            "{\"schema_version\": 1",
            "p.json, line 1, column 21: expected ',' or '}' after a value, found the end of the text: '{' at line 1, column 1 is not closed."
        ),
    ])
    func `what has to be there is asked for`(text: String, message: String) { expectRefusal(of: text, message) }

    @Test func `a threshold on the collection is compared with the environment's too`() {
        var text = ConfigurationText()
        text.users += #", "hot_threshold_days": 60"#
        let message = "60 days is larger than cold_threshold_days, 30 (from COLD_THRESHOLD_DAYS)"
        #expect(text.refusal(["COLD_THRESHOLD_DAYS": "30"])?.problems[0].message == message)
    }
}
