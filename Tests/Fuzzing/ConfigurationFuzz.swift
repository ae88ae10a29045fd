import Mongo

@testable import HotColdCore

extension FuzzTarget {
    /// `policies.json`, whole and by name, and connection strings.
    static let configuration = FuzzTarget(
        name: "configuration",
        seeds: { configurationTexts.map { Array($0.utf8) } },
        run: { bytes in
            do throws(ConfigurationError) {
                let configuration = try Configuration.parse(
                    utf8: bytes,
                    fileName: "p.json",
                    environment: ["HOT_MONGO_DB": "app"],
                    overrides: ConfigurationOverrides()
                )
                for collection in configuration.collections { judge(by: collection.policy) }
            } catch {
                require(!error.problems.isEmpty, "an error says what is wrong")
                _ = "\(error)"
            }
            _ = ConnectionString.redact(String(decoding: bytes, as: UTF8.self))
        }
    )

    static let configurationTexts = [
        #"""
        {"schema_version": 1, "hot": {"uri": "mongodb://h1", "database": "app"},
        "cold": {"uri": "mongodb://u:p@h2/?replicaSet=rs0", "database": "archive"},
        "defaults": {"hot_threshold_days": 30, "cold_threshold_days": 90, "batch_size": 1000},
        "monitoring": {"enabled": true, "alert_threshold_gb": 500, "notification_email": "a@b.c"},
        "collections": {"users": {"policy": "time_based", "date_field": "at", "filter": {"x": {"$gt": 1}}},
        "logs": {"policy": "hybrid", "date_field": "d", "access_field": "a.b", "date_type": "iso8601",
        "missing_access": "use_date", "exclude": {"keep": true}}}}
        """#,
        #"{"schema_version": 2, "hot": "no", "collections": {"": {}, "a": {"policy": "access_based"}}}"#,
    ]

    /// A policy that the configuration let through can judge.
    private static func judge(by policy: Policy) {
        let filter = PolicyFilter(policy, at: 1_795_363_200_000)
        for condition in [filter.cold, filter.hot, filter.warm, filter.unclassified, filter.eligible] {
            require((try? condition.validate()) != nil, "a filter is valid BSON")
        }
        _ = filter.evaluate(BSONDocument())
    }
}
