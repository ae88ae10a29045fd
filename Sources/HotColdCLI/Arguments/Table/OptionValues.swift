import HotColdCore

/// The values of a command line, one field for each option, before anything is known of how they fit together.
///
/// The option table fills it; the typed options of each command are made from it and say what is missing or too much.
struct OptionValues: Sendable {
    /// `--config FILE`.
    var configFile: String?

    /// `--hot-uri URI`.
    var hotURI: String?

    /// `--cold-uri URI`.
    var coldURI: String?

    /// `--json`.
    var json = false

    /// `--quiet`.
    var quiet = false

    /// `--verbose`.
    var verbose = false

    /// `--color`.
    var color: GlobalOptions.ColorUse?

    /// `--no-color`.
    var noColor = false

    /// `--help`.
    var help = false

    /// `--version`.
    var version = false

    /// `--collection NAME` of a command that takes one.
    var collection: String?

    /// `--collection NAME` of a command that takes several, in their order.
    var collections: [String] = []

    /// `--all`.
    var all = false

    /// `--confirm NAME`, in their order.
    var confirmed: [String] = []

    /// `--query JSON`.
    var query: String?

    /// `--id ID`, in their order.
    var ids: [String] = []

    /// `--from NAMESPACE`.
    var former: String?

    /// `--limit N`.
    var limit: Int?

    /// `--dry-run`.
    var dryRun = false

    /// `--as-of DATE`, in milliseconds since 1970.
    var asOfMilliseconds: Int64?

    /// `--what-if DAYS`, in their order.
    var whatIfDays: [Int] = []

    /// `--sample N`.
    var sample: Int?

    /// `--explain ID`.
    var explain: String?

    /// `--no-delete`.
    var noDelete = false

    /// `--keep-cold`.
    var keepCold = false

    /// `--hold-days N`.
    var holdDays: Int?

    /// `--no-verify`.
    var noVerify = false

    /// `--on-conflict`.
    var conflictPolicy: ConflictPolicy?

    /// `--allow-ttl`.
    var allowTTL = false

    /// `--allow-nondurable`.
    var allowNondurable = false

    /// `--batch-size N`.
    var batchSize: Int?

    /// `--workers N`.
    var workers: Int?

    /// `--max-rate DOCS_PER_S`.
    var maxRate: Int?

    /// `--max-duration DURATION`.
    var maxDuration: Duration?

    /// `--max-lag DURATION`.
    var maxLag: Duration?

    /// `--max-pause DURATION`.
    var maxPause: Duration?

    /// `--nice N`.
    var nice: Int?

    /// `--window HH:MM-HH:MM`.
    var window: DailyWindow?

    /// `--time-zone ZONE`.
    var timeZone: String?

    /// `--pause-file FILE`.
    var pauseFile: String?

    /// `--problems FILE`.
    var problemsFile: String?

    /// `--fix`.
    var fix = false

    /// `--run ID`.
    var run: String?

    /// `--journal`.
    var journal = false

    /// `--retry-for DURATION`.
    var retryFor: Duration?

    /// `--history`.
    var history = false

    /// `--days N`.
    var days: Int?

    /// `--prometheus FILE`.
    var prometheusFile: String?

    /// `--notify`.
    var notify = false

    /// `--cron`.
    var cron = false

    /// `--systemd`.
    var systemd = false

    /// `--at HH:MM`.
    var startTime: StartTime?

    /// `schedule --verify FREQUENCY`.
    var verification: ScheduledJob.Frequency?

    /// `schedule --stats FREQUENCY`.
    var alerts: ScheduledJob.Frequency?

    /// `--user USER`.
    var user: String?

    /// `--output DIR`.
    var outputDirectory: String?
}

extension OptionValues {
    /// How much is said on stderr.
    var verbosity: GlobalOptions.Verbosity { quiet ? .quiet : verbose ? .verbose : .normal }

    /// Whether the only collection of a command is confirmed.
    ///
    /// - Parameter what: how the command calls it: "the --collection of this restore".
    /// - Throws: `UsageError` where another one is.
    func isConfirmed(_ collection: String, _ what: String) throws(UsageError) -> Bool {
        if let other = confirmed.first(where: { !$0.hasBytes(of: collection) }) {
            throw UsageError(
                "--confirm \(other.shown): it is not \(what)",
                hint: "say \(AdvisedCommand.option("confirm", collection))"
            )
        }
        return !confirmed.isEmpty
    }
}
