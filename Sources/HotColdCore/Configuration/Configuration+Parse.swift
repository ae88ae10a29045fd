internal import Mongo

extension Configuration {
    /// Makes a configuration of the text of a policies.json, the environment and the command line.
    ///
    /// Reads nothing else and connects to nothing.
    ///
    /// Precedence: option, key on the collection, environment, `defaults`, built in; for connection strings and
    /// databases option, environment, file. What something stronger hides is checked all the same. A cold tier without
    /// `uri` or `database` has that of the hot one.
    ///
    /// Errors show the file by the name given.
    ///
    /// - Throws: `ConfigurationError` with everything that is wrong.
    public static func parse(
        text: String,
        fileName: String,
        environment: [String: String] = [:],
        overrides: ConfigurationOverrides = ConfigurationOverrides()
    ) throws(ConfigurationError) -> Configuration {
        try parse(utf8: Array(text.utf8), fileName: fileName, environment: environment, overrides: overrides)
    }

    static func parse(
        utf8 bytes: [UInt8],
        fileName: String,
        environment: [String: String],
        overrides: ConfigurationOverrides
    ) throws(ConfigurationError) -> Configuration {
        let text = try json(utf8: bytes, fileName: fileName)
        var reader = ConfigurationReader(text, file: fileName, environment: environment)
        let configuration = Configuration(&reader, overrides)
        guard let configuration, reader.problems.isEmpty else { throw ConfigurationError(reader.problemsInOrder) }
        return configuration
    }

    /// Reads the file as JSON, whatever it says.
    static func json(utf8 bytes: [UInt8], fileName: String) throws(ConfigurationError) -> JSONText {
        do throws(JSONError) {
            return try JSONText(utf8: bytes)
        } catch let error {
            throw ConfigurationError(.file(fileName), error.reason, at: error.position)
        }
    }

    /// Reads the whole file; nil where something is missing or wrong, which is then reported.
    private init?(_ reader: inout ConfigurationReader, _ overrides: ConfigurationOverrides) {
        guard let root = reader.root(keys: ConfigurationKeys.top) else { return nil }
        Self.checkSchemaVersion(root, &reader)
        let hot = TierSettings(.hot, option: overrides.hotURI, in: root, &reader)
        let cold = TierSettings(.cold, option: overrides.coldURI, in: root, &reader)
        let stateDatabase = reader.setting("state_database", in: root, .databaseName)
        // The journal's TTL index counts seconds in 32 bits.
        let journalDays = reader.setting("journal_days", in: root, .wholeNumber(1...24_855))
        let monitoring = Self.monitoring(root, &reader)
        let throttle = Self.throttle(root, &reader)
        let hooks = Self.hooks(root, &reader)
        let entries = Self.entries(root, &reader)

        // What follows compares values with each other, which makes no sense as long as some of them are wrong.
        guard reader.problems.isEmpty else { return nil }
        Self.reportMissing("uri", hot.uri == nil, "or set HOT_MONGO_URI, or give --hot-uri", root, &reader)
        Self.reportMissing("database", hot.database == nil, "or set HOT_MONGO_DB", root, &reader)
        guard let hotURI = hot.uri?.value, let hotDatabase = hot.database?.value else { return nil }
        let stateOrigin =
            stateDatabase?.origin
            ?? .file(keyPath: "state_database", range: root.member("hot")?.nameRange ?? root.range)
        self.init(
            hot: Tier(uri: hotURI, database: hotDatabase),
            cold: Tier(uri: cold.uri?.value ?? hotURI, database: cold.database?.value ?? hotDatabase),
            stateDatabase: stateDatabase?.value ?? "hotcold",
            journalDays: journalDays?.value ?? 90,
            monitoring: monitoring,
            throttle: throttle,
            hooks: hooks,
            collections: []
        )
        collections = entries.map {
            CollectionConfiguration($0, hotDatabase: self.hot.database, coldDatabase: self.cold.database)
        }
        let rules = NamespaceRules(hot: self.hot, cold: self.cold, stateDatabase: self.stateDatabase, entries: entries)
        rules.check(state: stateOrigin, &reader)
    }

    private static func checkSchemaVersion(_ root: ConfigurationSection, _ reader: inout ConfigurationReader) {
        guard let member = root.member("schema_version") else {
            reader.reportMissing(
                "schema_version",
                in: root,
                hint: "this hotcold knows version 1: \"schema_version\": 1"
            )
            return
        }
        guard member.value.number?.integer != 1 else { return }
        reader.report(
            "expected 1, the only version that this hotcold knows, found \(member.value.summary)",
            .file(keyPath: "schema_version", range: member.value.range)
        )
    }

    private static func reportMissing(
        _ key: String,
        _ isMissing: Bool,
        _ hint: String,
        _ root: ConfigurationSection,
        _ reader: inout ConfigurationReader
    ) {
        guard isMissing else { return }
        let range = root.member("hot")?.nameRange ?? root.range
        reader.report("is required", .file(keyPath: "hot.\(key)", range: range), hint: "write it \(hint)")
    }

    private static func monitoring(_ root: ConfigurationSection, _ reader: inout ConfigurationReader) -> Monitoring {
        let section = reader.section("monitoring", in: root, keys: ConfigurationKeys.monitoring)
        let enabledInFile = reader.setting("enabled", in: section, .boolean)
        let thresholdInFile = reader.setting("alert_threshold_gb", in: section, .positiveNumber)
        let email = reader.setting("notification_email", in: section, .mailAddress)
        let enabled = reader.setting(environment: "MONITORING_ENABLED", .boolean) ?? enabledInFile
        let threshold = reader.setting(environment: "ALERT_THRESHOLD_GB", .positiveNumber) ?? thresholdInFile
        return Monitoring(
            isEnabled: enabled?.value ?? true,
            alertThresholdGB: threshold?.value ?? 500,
            notificationEmail: email?.value
        )
    }

    private static func throttle(_ root: ConfigurationSection, _ reader: inout ConfigurationReader) -> ThrottleSettings
    {
        let section = reader.section("throttle", in: root, keys: ConfigurationKeys.throttle)
        let lag = reader.setting("max_lag_seconds", in: section, .wholeNumber(0...86_400))
        let window = reader.setting("min_oplog_window_hours", in: section, .number(0...8_784))
        let disk = reader.setting("min_free_disk_gb", in: section, .number(0...1_000_000))
        let processors = reader.setting("max_cpu_percent", in: section, .number(0...100))
        let nice = reader.setting("nice", in: section, .wholeNumber(0...10))
        let pause = reader.setting("max_pause_hours", in: section, .number(0...8_784))
        var settings = ThrottleSettings()
        if let lag { settings.maximumLag = .seconds(lag.value) }
        if let window { settings.minimumOplogWindow = .seconds(window.value * 3600) }
        if let disk { settings.minimumFreeDisk = Int64(disk.value * Double(1 << 30)) }
        if let processors { settings.maximumProcessorShare = processors.value / 100 }
        if let nice { settings.nice = nice.value }
        if let pause { settings.maximumPause = .seconds(pause.value * 3600) }
        return settings
    }

    private static func hooks(_ root: ConfigurationSection, _ reader: inout ConfigurationReader) -> EventHooks {
        let section = reader.section("on_event", in: root, keys: ConfigurationKeys.events)
        var hooks = EventHooks()
        for event in RunEvent.allCases {
            hooks.commands[event] = reader.setting(event.rawValue, in: section, .command)?.value
        }
        if let limit = reader.setting("time_limit_seconds", in: section, .wholeNumber(1...3600)) {
            hooks.timeLimit = .seconds(limit.value)
        }
        return hooks
    }

    private static func entries(
        _ root: ConfigurationSection,
        _ reader: inout ConfigurationReader
    ) -> [ConfigurationEntry] {
        let environment = InheritedSettings(environment: &reader)
        let defaults = reader.section("defaults", in: root, keys: ConfigurationKeys.defaults)
        let inherited = environment.inheriting(InheritedSettings(defaults, &reader))
        guard root.member("collections") != nil else {
            reader.reportMissing("collections", in: root)
            return []
        }
        guard let section = reader.section("collections", in: root, keys: nil) else { return [] }
        if section.members.isEmpty {
            let origin = SettingOrigin.file(keyPath: "collections", range: section.range)
            reader.report("has no entry", origin, hint: "name at least one collection")
        }
        return section.members.compactMap { ConfigurationEntry($0, in: section, inherited: inherited, &reader) }
    }
}

extension CollectionConfiguration {
    /// An entry with the databases of its tiers.
    fileprivate init(_ entry: ConfigurationEntry, hotDatabase: String, coldDatabase: String) {
        self.init(
            name: entry.name,
            isEnabled: entry.isEnabled,
            hot: Namespace(database: hotDatabase, collection: entry.hotCollection.value),
            cold: Namespace(database: coldDatabase, collection: entry.coldCollection.value),
            policy: entry.policy,
            batchSize: entry.settings.batchSize?.value ?? 1000,
            deletesAfterMigration: entry.settings.deletesAfterMigration?.value ?? true,
            verifiesMigration: entry.settings.verifiesMigration?.value ?? true,
            coldCompressor: entry.settings.coldCompressor?.value ?? "zstd",
            unusualSharePercent: entry.settings.unusualSharePercent?.value ?? 10
        )
    }
}
