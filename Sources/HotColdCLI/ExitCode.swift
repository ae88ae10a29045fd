/// How a run ended, as the number that the shell sees.
///
/// Scripts depend on these numbers: changing one is a breaking change. The sentences are what `hotcold help` prints.
///
/// ```swift
/// exit(ExitCode.usage.rawValue)
/// ```
public enum ExitCode: Int32, CaseIterable, Sendable {
    /// Everything was done, there was nothing to do, or the run stopped where the operator asked.
    case ok = 0
    /// The run finished, but some documents or collections were left behind.
    case leftBehind = 1
    /// The command line was wrong.
    case usage = 64
    /// Verification found different bytes.
    case differingBytes = 65
    /// A server cannot be reached, or was lost for too long.
    case unavailable = 69
    /// There is a bug in hotcold.
    case bug = 70
    /// Standard output could not be written.
    case outputLost = 74
    /// Another run holds the collection, or the servers had no room for this one.
    case busy = 75
    /// The server refused: authentication or authorization.
    case refused = 77
    /// The configuration is wrong.
    case configuration = 78
    /// The run was stopped by SIGHUP.
    case hungUp = 129
    /// The run was stopped by SIGINT.
    case interrupted = 130
    /// The run was stopped by SIGTERM.
    case terminated = 143

    /// What the code tells the operator: a sentence without its full stop, for the tables of help and manual.
    public var meaning: String {
        switch self {
        case .ok:
            "done: also nothing to do, or stopped where the operator asked (--limit, --max-duration, --window)"
        case .leftBehind:
            """
            finished, but some documents were left behind (conflicts, failed), a collection cannot be migrated \
            (capped, view, time-series), far more than usual would move (--confirm), or check or verify found something
            """
        case .usage:
            "wrong usage: an unknown command, option or collection, a value out of range, malformed --query"
        case .differingBytes:
            "verification found different bytes; nothing was deleted for them"
        case .unavailable:
            "a server cannot be reached, or was lost for longer than --retry-for"
        case .bug:
            "a bug in hotcold"
        case .outputLost:
            "standard output could not be written; what was changed is reported on standard error"
        case .busy:
            "another run holds the collection, or a pause lasted for longer than --max-pause; try again later"
        case .refused:
            "the server refused: authentication or authorization"
        case .configuration:
            "the configuration is wrong"
        case .hungUp:
            "stopped by SIGHUP, since its terminal was closed, in the same way as by SIGINT"
        case .interrupted:
            """
            stopped by SIGINT: batches in flight were finished, the report was written; a second signal stops at once
            """
        case .terminated:
            "stopped by SIGTERM, in the same way"
        }
    }
}
