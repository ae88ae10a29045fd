import Testing

@testable import HotColdCore

/// Single keys and values.
@Suite struct ConfigurationRefusalTests {
    /// Where a piece of text goes, the piece, and what comes of it.
    typealias Row = (place: ConfigurationText.Place, text: String, message: String)

    @Test(
        arguments: [
            (
                .users, #", "bacth_size": 1"#,
                "line 5, column 71: collections.users.bacth_size: unknown key. Did you mean \"batch_size\"?"
            ),
            (
                .users, #", "uri": 1"#,
                "line 5, column 71: collections.users.uri: unknown key. \"uri\" belongs to hot or cold."
            ),
            (
                .defaults, #""filter": {}"#,
                "line 4, column 14: defaults.filter: unknown key. \"filter\" belongs to an entry of collections."
            ),
            (
                .defaults, #""enable": true"#,
                "line 4, column 14: defaults.enable: unknown key. The keys here are hot_threshold_days, cold_threshold_days, hot_access_days, batch_size, delete_after_migration, verify_migration, cold_compressor, unusual_share_percent."
            ),
            (.hot, #", "databse": "x""#, "line 2, column 51: hot.databse: unknown key. Did you mean \"database\"?"),
            (
                .top, #""monitoring": {"alert_treshold_gb": 1},"#,
                "line 1, column 37: monitoring.alert_treshold_gb: unknown key. Did you mean \"alert_threshold_gb\"?"
            ),
            (.top, #""colections": {},"#, "line 1, column 22: colections: unknown key. Did you mean \"collections\"?"),
            (
                .top, #""batch_size": 1,"#,
                "line 1, column 22: batch_size: unknown key. \"batch_size\" belongs to defaults or an entry of collections."
            ),
            (
                .more, #", "a b": {"x.y": 1, "policy": "time_based", "date_field": "d"}"#,
                "line 5, column 80: collections.\"a b\".\"x.y\": unknown key."
            ),
        ] as [Row]
    )
    func `unknown keys are refused with the nearest known one`(row: Row) { expect(row) }

    @Test(
        arguments: [
            (
                .users, #", "batch_size": "1000""#,
                "line 5, column 85: collections.users.batch_size: expected a whole number from 1 to 100000, found the string \"1000\". Write it without quotes."
            ),
            (
                .users, #", "batch_size": 0"#,
                "collections.users.batch_size: expected a whole number from 1 to 100000, found the number 0."
            ),
            (
                .users, #", "batch_size": 100001"#,
                "collections.users.batch_size: expected a whole number from 1 to 100000, found the number 100001."
            ),
            (
                .users, #", "batch_size": 1e3"#,
                "collections.users.batch_size: expected a whole number from 1 to 100000, found the number 1e3."
            ),
            (
                .users, #", "batch_size": null"#,
                "expected a whole number from 1 to 100000, found null. Leave the key out to have its default."
            ),
            (
                .defaults, #""cold_threshold_days": -1"#,
                "line 4, column 37: defaults.cold_threshold_days: expected a whole number from 0 to 10000000, found the number -1."
            ),
            (
                .defaults, #""hot_threshold_days": 10000001"#,
                "defaults.hot_threshold_days: expected a whole number from 0 to 10000000, found the number 10000001."
            ),
            (.defaults, #""hot_access_days": 9223372036854775808"#, "found the number 9223372036854775808."),
            (.defaults, #""hot_access_days": 30.5"#, "found the number 30.5."),
            (.defaults, #""hot_access_days": [30]"#, "found an array."),
            (
                .defaults, #""delete_after_migration": "false""#,
                "line 4, column 40: defaults.delete_after_migration: expected true or false, found the string \"false\". Write it without quotes."
            ),
            (.defaults, #""verify_migration": 0"#, "expected true or false, found the number 0."),
            (
                .defaults, #""cold_compressor": "zst""#,
                "defaults.cold_compressor: expected \"none\", \"snappy\", \"zlib\" or \"zstd\", found the string \"zst\". Did you mean \"zstd\"?"
            ),
            (.users, #", "enabled": 1"#, "collections.users.enabled: expected true or false, found the number 1."),
            (.users, #", "date_type": "epoch_secs""#, "found the string \"epoch_secs\"."),
            (
                .users, #", "missing": "kep""#,
                "collections.users.missing: expected \"keep\" or \"use_date\", found the string \"kep\". Did you mean \"keep\"?"
            ),
            (
                .users, #", "access_field": """#,
                "collections.users.access_field: expected a field such as \"last_login\" or \"profile.last_login\" (no part empty, none that starts with $), found an empty string."
            ),
            (.users, #", "access_field": "a..b""#, "found the string \"a..b\"."),
            (.users, #", "access_field": "$a""#, "found the string \"$a\"."),
            (.users, #", "access_field": ["a"]"#, "found an array."),
            (
                .top, #""journal_days": 0,"#,
                "line 1, column 38: journal_days: expected a whole number from 1 to 24855, found the number 0."
            ),
            (
                .top, #""monitoring": {"alert_threshold_gb": 0},"#,
                "monitoring.alert_threshold_gb: expected a number above 0, found the number 0."
            ),
            (
                .top, #""monitoring": {"alert_threshold_gb": "500"},"#,
                "expected a number above 0, found the string \"500\". Write it without quotes."
            ),
            (
                .top, #""monitoring": {"notification_email": "ops"},"#,
                "expected a mail address such as ops@example.com, found the string \"ops\"."
            ),
            (.top, #""monitoring": {"notification_email": "-x@y\n"},"#, "expected a mail address"),
            (
                .top, #""on_event": {"start": "/bin/true"},"#,
                "on_event.start: expected an array of a program's absolute path and its arguments, found the string \"/bin/true\"."
            ),
            (.top, #""on_event": {"start": []},"#, "on_event.start: expected an array of a program's absolute path"),
            (.top, #""on_event": {"start": ["true"]},"#, "on_event.start: expected an array"),
            (.top, #""on_event": {"start": ["/bin/true", 1]},"#, "on_event.start: expected an array"),
            (.top, #""on_event": {"start": ["/bin/true", "\u0000"]},"#, "on_event.start: expected an array"),
            (
                .top, #""on_event": {"sucess": ["/bin/true"]},"#,
                "on_event.sucess: unknown key. Did you mean \"success\"?"
            ),
            (
                .top, #""on_event": {"time_limit_seconds": 0},"#,
                "on_event.time_limit_seconds: expected a whole number from 1 to 3600, found the number 0."
            ),
            (
                .top, #""throttle": {"nice": 11},"#,
                "throttle.nice: expected a whole number from 0 to 10, found the number 11."
            ),
            (
                .top, #""throttle": {"max_lag_seconds": -1},"#,
                "throttle.max_lag_seconds: expected a whole number from 0 to 86400, found the number -1."
            ),
            (
                .top, #""throttle": {"min_oplog_window_hours": 9000},"#,
                "throttle.min_oplog_window_hours: expected a number from 0 to 8784, found the number 9000."
            ),
            (
                .top, #""throttle": {"max_lag_second": 5},"#,
                "throttle.max_lag_second: unknown key. Did you mean \"max_lag_seconds\"?"
            ),
            (
                .users, #", "unusual_share_percent": 101"#,
                "collections.users.unusual_share_percent: expected a whole number from 0 to 100, found the number 101."
            ),
            (.top, #""monitoring": true,"#, "line 1, column 36: monitoring: expected an object, found true."),
            (
                .more, #", "x": "time_based""#,
                "line 5, column 77: collections.x: expected an object, found the string \"time_based\"."
            ),
            (.more, #", "x": null"#, "collections.x: expected an object, found null."),
        ] as [Row]
    )
    func `wrong types and impossible values are refused with what was expected`(row: Row) { expect(row) }

    @Test(
        arguments: [
            (
                .users, #", "hot_collection": "system.users""#,
                "collections.users.hot_collection: expected a collection name (not empty, without $, beginning neither with . nor with system.), found the string \"system.users\"."
            ),
            (
                .users, #", "cold_collection": "system.x""#,
                "collections.users.cold_collection: expected a collection name"
            ),
            (.users, #", "cold_collection": "a$b""#, "found the string \"a$b\"."),
            (.users, #", "cold_collection": """#, "found an empty string."),
            (.users, #", "cold_collection": ".a""#, "found the string \".a\"."),
            (.users, #", "cold_collection": "a\u0000""#, "found the string \"a\\u{0}\"."),
            (
                .more, #", "system.profile": {"policy": "time_based", "date_field": "d"}"#,
                "line 5, column 72: collections.\"system.profile\": expected a collection name (not empty, without $, beginning neither with . nor with system.) as the key, found \"system.profile\". Give the collection's name as hot_collection, if it has another one."
            ),
            (
                .more, #", "": {"policy": "time_based", "date_field": "d"}"#,
                "collections.\"\": expected a collection name"
            ),
            (
                .top, #""state_database": "a/b","#,
                "state_database: expected a database name (1 to 63 bytes, none of / \\ . \" $ and blank; not admin, config or local), found the string \"a/b\"."
            ),
            (.top, #""state_database": "a.b","#, "found the string \"a.b\"."),
            (.top, #""state_database": "admin","#, "found the string \"admin\"."),
            (.top, #""state_database": "a b","#, "found the string \"a b\"."),
            (.top, #""state_database": "","#, "found an empty string."),
            (
                .top, #""state_database": "a234567890123456789012345678901234567890123456789012345678901234","#,
                "expected a database name (1 to 63 bytes"
            ),
            (.top, #""state_database": 1,"#, "found the number 1."),
        ] as [Row]
    )
    func `names that MongoDB refuses are refused`(row: Row) { expect(row) }

    private func expect(_ row: Row) {
        var text = ConfigurationText()
        text.append(row.text, to: row.place)
        expectRefusal(of: text.text, row.message)
    }
}
