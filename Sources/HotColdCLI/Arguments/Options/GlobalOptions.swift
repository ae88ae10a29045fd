/// What every command takes.
struct GlobalOptions: Equatable, Sendable {
    /// The path of the configuration, when one was named.
    var configFile: String?

    /// The connection string of the hot tier, when one was given; it may hold a password and is not to be printed.
    var hotURI: String?

    /// The connection string of the archive, when one was given; it may hold a password and is not to be printed.
    var coldURI: String?

    /// Whether the result is to be one JSON document.
    var json = false

    /// How much is said on stderr.
    var verbosity = Verbosity.normal

    /// When results have colours.
    var color = ColorUse.auto

    /// How much is said on stderr.
    enum Verbosity: Sendable {
        /// Errors and warnings only.
        case quiet
        /// Progress, too.
        case normal
        /// Everything that is being done.
        case verbose
    }

    /// When results have colours: the words of `--color`.
    enum ColorUse: String, CaseIterable, Sendable {
        /// On a terminal that knows them, unless `NO_COLOR` is set.
        case auto
        /// Whatever reads them.
        case always
        /// Not at all.
        case never
    }
}

extension GlobalOptions {
    /// Makes the options from the values of a command line.
    ///
    /// - Throws: `UsageError` when they contradict each other.
    init(_ values: OptionValues) throws(UsageError) {
        if values.quiet, values.verbose {
            throw UsageError("--quiet and --verbose exclude each other")
        }
        configFile = values.configFile
        hotURI = values.hotURI
        coldURI = values.coldURI
        json = values.json
        verbosity = values.verbosity
        if values.noColor, values.color ?? .never != .never {
            throw UsageError("--no-color and --color \(values.color ?? .never) exclude each other")
        }
        color = values.noColor ? .never : values.color ?? .auto
    }
}
