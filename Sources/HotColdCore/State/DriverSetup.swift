internal import Glibc
public import Logging
internal import Mongo

/// What a process has to say to the MongoDB driver, for callers that know nothing of the driver.
public enum DriverSetup {
    /// Has the process keep the memory of documents on their way for the next ones.
    ///
    /// For a process that is hotcold's alone, before there is a second thread.
    public static func keepFreedMemory() { Driver.keepFreedMemory() }

    /// Leaves connections to the end of the process, which closes them at once.
    ///
    /// For a process that runs one command and ends: its result would wait for the driver.
    public static func leavePoolsOpen() { Driver.leavePoolsOpen() }

    /// Sends the driver's log to a logger.
    ///
    /// Before the first connection: until then it goes to standard output.
    public static func startLog(_ logger: Logger) { Driver.start(logger: logger) }

    /// Has the servers end transactions that may be open: they would be in the way of others for a minute.
    public static func endTransactions() { InFlight.endTransactions(within: .seconds(1)) }

    /// The same for the end of the process: nothing is begun any more.
    public static func endAllTransactions() {
        InFlight.close()
        guard InFlight.mayHaveTransaction else { return }
        endTransactions()
        // A thread that was about to send the first command of one has sent it by now.
        usleep(50_000)
        endTransactions()
    }
}

/// Lets a process be stopped, as by Ctrl-Z, at a moment when nobody waits for what it has under way.
public enum Suspension {
    /// How long batches have to end; a server may be away.
    private static let patience = Duration.seconds(15)

    /// Begins nothing more from now on.
    public static func prepare() { InFlight.hold() }

    /// Whether the process may be stopped, so long after `prepare()`.
    public static func isDue(after duration: Duration) -> Bool {
        InFlight.isQuiet || duration > patience && InFlight.hasNoTransaction
    }

    /// Goes on.
    public static func end() { InFlight.goOn() }
}
