/// What a collection takes from its own entry, from the environment, from `defaults`, in this order.
struct InheritedSettings {
    var hotThresholdDays: Setting<Int>?
    var coldThresholdDays: Setting<Int>?
    var hotAccessDays: Setting<Int>?
    var batchSize: Setting<Int>?
    var deletesAfterMigration: Setting<Bool>?
    var verifiesMigration: Setting<Bool>?
    var coldCompressor: Setting<String>?
    var unusualSharePercent: Setting<Int>?

    private static let batchSizes = SettingKind<Int>.wholeNumber(1...100_000)

    /// The keys of `defaults` in any section that may have them.
    init(_ section: ConfigurationSection?, _ reader: inout ConfigurationReader) {
        hotThresholdDays = reader.setting("hot_threshold_days", in: section, .days)
        coldThresholdDays = reader.setting("cold_threshold_days", in: section, .days)
        hotAccessDays = reader.setting("hot_access_days", in: section, .days)
        batchSize = reader.setting("batch_size", in: section, Self.batchSizes)
        deletesAfterMigration = reader.setting("delete_after_migration", in: section, .boolean)
        verifiesMigration = reader.setting("verify_migration", in: section, .boolean)
        coldCompressor = reader.setting("cold_compressor", in: section, .choice(["none", "snappy", "zlib", "zstd"]))
        unusualSharePercent = reader.setting("unusual_share_percent", in: section, .wholeNumber(0...100))
    }

    /// The variables of the environment.
    init(environment reader: inout ConfigurationReader) {
        hotThresholdDays = reader.setting(environment: "HOT_THRESHOLD_DAYS", .days)
        coldThresholdDays = reader.setting(environment: "COLD_THRESHOLD_DAYS", .days)
        hotAccessDays = reader.setting(environment: "HOT_ACCESS_DAYS", .days)
        batchSize = reader.setting(environment: "MIGRATION_BATCH_SIZE", Self.batchSizes)
        deletesAfterMigration = reader.setting(environment: "DELETE_AFTER_MIGRATION", .boolean)
        verifiesMigration = reader.setting(environment: "VERIFY_MIGRATION", .boolean)
    }

    /// These settings, and where one is missing the other's.
    func inheriting(_ other: InheritedSettings) -> InheritedSettings {
        var merged = self
        merged.hotThresholdDays = hotThresholdDays ?? other.hotThresholdDays
        merged.coldThresholdDays = coldThresholdDays ?? other.coldThresholdDays
        merged.hotAccessDays = hotAccessDays ?? other.hotAccessDays
        merged.batchSize = batchSize ?? other.batchSize
        merged.deletesAfterMigration = deletesAfterMigration ?? other.deletesAfterMigration
        merged.verifiesMigration = verifiesMigration ?? other.verifiesMigration
        merged.coldCompressor = coldCompressor ?? other.coldCompressor
        merged.unusualSharePercent = unusualSharePercent ?? other.unusualSharePercent
        return merged
    }
}
