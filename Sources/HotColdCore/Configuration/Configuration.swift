public import Mongo

/// Everything that a run needs to know, validated as a whole before the first connection.
public struct Configuration: Sendable {
    /// One of the two tiers: a database of a deployment.
    public struct Tier: Sendable {
        /// Where it is.
        public var uri: ConnectionString
        /// The database that holds its collections.
        public var database: String

        /// Creates a tier.
        public init(uri: ConnectionString, database: String) {
            self.uri = uri
            self.database = database
        }
    }

    /// What `stats` watches.
    public struct Monitoring: Sendable {
        /// Whether thresholds are looked at.
        public var isEnabled: Bool
        /// Hot bytes above this many GB (1024³ bytes) raise an alert.
        public var alertThresholdGB: Double
        /// Who is told.
        public var notificationEmail: String?

        /// Creates monitoring settings.
        public init(isEnabled: Bool = true, alertThresholdGB: Double = 500, notificationEmail: String? = nil) {
            self.isEnabled = isEnabled
            self.alertThresholdGB = alertThresholdGB
            self.notificationEmail = notificationEmail
        }
    }

    /// The file that it was read from; nil where it was made from text.
    public var file: String?
    /// The tier that applications use.
    public var hot: Tier
    /// The archive.
    public var cold: Tier
    /// The database of leases, journal, holds and run history, on the hot cluster.
    public var stateDatabase: String
    /// How long the journal keeps the ids of what was moved, in days.
    public var journalDays: Int
    /// What `stats` watches.
    public var monitoring: Monitoring
    /// How much runs mind others on the same servers.
    public var throttle: ThrottleSettings
    /// The programs that are told of events.
    public var hooks: EventHooks
    /// The collections in the order of the file.
    public var collections: [CollectionConfiguration]

    /// Creates a configuration; `Configuration.load` is the way to get a validated one.
    public init(
        hot: Tier,
        cold: Tier,
        stateDatabase: String = "hotcold",
        journalDays: Int = 90,
        monitoring: Monitoring = Monitoring(),
        throttle: ThrottleSettings = ThrottleSettings(),
        hooks: EventHooks = EventHooks(),
        collections: [CollectionConfiguration]
    ) {
        self.hot = hot
        self.cold = cold
        self.stateDatabase = stateDatabase
        self.journalDays = journalDays
        self.monitoring = monitoring
        self.throttle = throttle
        self.hooks = hooks
        self.collections = collections
    }
}

/// One entry of `collections` with every inherited value filled in.
public struct CollectionConfiguration: Sendable {
    /// The key in the configuration, which commands and reports use.
    public var name: String
    /// Whether `--all` includes it.
    public var isEnabled: Bool
    /// Where the documents are used.
    public var hot: Namespace
    /// Where they are archived.
    public var cold: Namespace
    /// What is cold.
    public var policy: Policy
    /// The most documents in a batch, which is one transaction.
    public var batchSize: Int
    /// False: copy only.
    public var deletesAfterMigration: Bool
    /// False: copies are not read back and compared.
    public var verifiesMigration: Bool
    /// WiredTiger's block compressor of a cold collection that hotcold creates: none, snappy, zlib or zstd.
    public var coldCompressor: String
    /// A run asks to be confirmed where more than this share of the collection, in percent, has become cold since the last
    /// one, and that is not usual; 100 is never.
    public var unusualSharePercent: Int

    /// Creates an entry.
    public init(
        name: String,
        isEnabled: Bool = true,
        hot: Namespace,
        cold: Namespace,
        policy: Policy,
        batchSize: Int = 1000,
        deletesAfterMigration: Bool = true,
        verifiesMigration: Bool = true,
        coldCompressor: String = "zstd",
        unusualSharePercent: Int = 10
    ) {
        self.name = name
        self.isEnabled = isEnabled
        self.hot = hot
        self.cold = cold
        self.policy = policy
        self.batchSize = batchSize
        self.deletesAfterMigration = deletesAfterMigration
        self.verifiesMigration = verifiesMigration
        self.coldCompressor = coldCompressor
        self.unusualSharePercent = unusualSharePercent
    }
}
