import HotColdCore

/// What `migrate` and `restore` share, because the same engine does the work.
///
/// A nil says that nothing was given: the configuration, or the engine, decides.
struct EngineOptions: Equatable, Sendable {
    /// Whether nothing is to be written, anywhere.
    var dryRun = false

    /// How many documents to move at most, at least 1.
    var limit: Int?

    /// How many documents a batch has at most, 1 to 100,000.
    var batchSize: Int?

    /// How many batches are moved at the same time, 1 to 64.
    var workers: Int?

    /// Whether the copies are not to be compared, whatever the configuration says.
    var noVerify = false

    /// What to do with a document that the target has in a different form.
    var onConflict = ConflictPolicy.skip

    /// Whether TTL indexes that endanger the documents are accepted.
    var allowTTL = false

    /// Whether servers that may lose what they have acknowledged are accepted.
    var allowNondurable = false

    /// After how long no more batches are started, at least a second.
    var maxDuration: Duration?

    /// How many documents to move in a second at most, at least 1.
    var maxRate: Int?

    /// At which replication lag to pause; zero is not to look.
    var maxLag: Duration?

    /// How little to work, 0 to 10.
    var nice: Int?

    /// In which part of the day to work.
    var hours: WorkingHours?

    /// The file that pauses the run as long as it is there.
    var pauseFile: String?

    /// The file that gets every problem.
    var problemsFile: String?

    /// How long a pause may last; zero is for ever.
    var maxPause: Duration?

    /// For how long to try again when a server is away; zero is not to try again.
    var retryFor = Duration.seconds(120)
}

extension EngineOptions {
    /// Makes the options from the values of a command line.
    ///
    /// - Throws: `UsageError` when something does not go together.
    init(_ values: OptionValues) throws(UsageError) {
        if values.timeZone != nil, values.window == nil {
            throw UsageError("--time-zone needs --window", hint: "it says where the times of --window are meant")
        }
        self.init(
            dryRun: values.dryRun,
            limit: values.limit,
            batchSize: values.batchSize,
            workers: values.workers,
            noVerify: values.noVerify,
            allowTTL: values.allowTTL,
            allowNondurable: values.allowNondurable,
            maxDuration: values.maxDuration,
            maxRate: values.maxRate,
            maxLag: values.maxLag,
            nice: values.nice,
            hours: values.window.map { WorkingHours(window: $0, zone: values.timeZone) },
            pauseFile: values.pauseFile,
            problemsFile: values.problemsFile,
            maxPause: values.maxPause
        )
        onConflict = values.conflictPolicy ?? onConflict
        retryFor = values.retryFor ?? retryFor
    }
}
