/// The keys of policies.json, by the place where they may stand.
enum ConfigurationKeys {
    static let top = [
        "schema_version", "hot", "cold", "state_database", "journal_days", "defaults", "monitoring", "throttle",
        "on_event", "collections",
    ]
    static let tier = ["uri", "database"]
    static let monitoring = ["enabled", "alert_threshold_gb", "notification_email"]
    static let throttle = [
        "max_lag_seconds", "min_oplog_window_hours", "min_free_disk_gb", "max_cpu_percent", "nice", "max_pause_hours",
    ]
    static let events = RunEvent.allCases.map(\.rawValue) + ["time_limit_seconds"]
    /// What a collection inherits.
    static let defaults = [
        "hot_threshold_days", "cold_threshold_days", "hot_access_days", "batch_size", "delete_after_migration",
        "verify_migration", "cold_compressor", "unusual_share_percent",
    ]
    static let collection =
        [
            "enabled", "hot_collection", "cold_collection", "policy", "date_field", "access_field", "date_type",
            "missing",
            "filter", "exclude",
        ] + defaults

    /// What to say about a key that is not known where it stands.
    static func hint(for key: String, known: [String]) -> String {
        if let nearest = nearestMatch(to: key, among: known) { return "did you mean \"\(nearest)\"?" }
        let places = [
            ("the top level", top), ("defaults or an entry of collections", defaults),
            ("an entry of collections", collection),
            ("hot or cold", tier), ("monitoring", monitoring),
            ("throttle", throttle), ("on_event", events),
        ]
        if let place = places.first(where: { $0.1.contains(key) }) { return "\"\(key)\" belongs to \(place.0)" }
        return "the keys here are \(known.joined(separator: ", "))"
    }
}
