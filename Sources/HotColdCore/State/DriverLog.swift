public import Logging
internal import Mongo

/// The log of the MongoDB driver, for callers that know nothing of the driver.
public enum DriverLog {
    /// Removes the file that the driver leaves for a tool that nobody here uses.
    ///
    /// First thing in the process.
    public static func removeCounterFile() { Driver.removeCounterFile() }

    /// Sends the driver's log to a logger.
    ///
    /// Before the first connection: until then it goes to standard output.
    public static func start(_ logger: Logger) { Driver.start(logger: logger) }
}
