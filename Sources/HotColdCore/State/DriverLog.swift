public import Logging
internal import Mongo

/// The log of the MongoDB driver, for callers that know nothing of the driver.
public enum DriverLog {
    /// Sends the driver's log to a logger.
    ///
    /// Before the first connection: until then it goes to standard output.
    public static func start(_ logger: Logger) { Driver.start(logger: logger) }
}
