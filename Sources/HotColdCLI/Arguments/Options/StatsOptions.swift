/// What `hotcold stats` is asked to do.
struct StatsOptions: Equatable, Sendable {
    /// The keys of collections in the configuration, none twice, in the order given; empty for all.
    var collections: [String] = []

    /// What to report.
    var subject = Subject.storage(StorageOptions())

    /// What to report.
    enum Subject: Equatable, Sendable {
        /// What both tiers take now.
        case storage(StorageOptions)

        /// The runs of so many days, at least 1.
        case history(days: Int)
    }

    /// Who is told of storage besides the reader.
    struct StorageOptions: Equatable, Sendable {
        /// Where the metrics go, if they are wanted.
        var prometheus: PrometheusTarget?

        /// Whether a mail is sent when an alert is new or over.
        var notifies = false
    }

    /// Where metrics go.
    enum PrometheusTarget: Equatable, Sendable {
        /// To standard output, in place of the report.
        case standardOutput

        /// To the file at a path.
        case file(String)
    }
}

extension StatsOptions {
    /// How many days of history are shown unless it is said.
    static let defaultDays = 30

    /// Makes the options from the values of a command line.
    ///
    /// - Throws: `UsageError` when options do not go together.
    init(_ values: OptionValues) throws(UsageError) {
        collections = values.collections.withoutRepetitions
        guard !values.history else {
            if values.prometheusFile != nil || values.notify {
                let other = values.notify ? "--notify" : "--prometheus"
                throw UsageError("--history and \(other) exclude each other", hint: "call stats twice")
            }
            subject = .history(days: values.days ?? Self.defaultDays)
            return
        }
        if values.days != nil {
            throw UsageError("--days needs --history", hint: "storage has no history: it is measured now")
        }
        if values.notify, !collections.isEmpty {
            throw UsageError(
                "--notify and --collection exclude each other",
                hint: "alerts are about all collections together"
            )
        }
        let prometheus = values.prometheusFile.map { $0 == "-" ? PrometheusTarget.standardOutput : .file($0) }
        if prometheus == .standardOutput, values.json {
            throw UsageError(
                "--prometheus - and --json both need standard output",
                hint: "write the metrics to a file: --prometheus FILE"
            )
        }
        subject = .storage(StorageOptions(prometheus: prometheus, notifies: values.notify))
    }
}
