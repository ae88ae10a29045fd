public import Logging
internal import ThreadSafety

/// What the engine does and why, step by step: for `--verbose`, and for programs that embed it.
///
/// Everything at the level `debug`. A message is made only where somebody wants it.
public enum EngineLog {
    private static let logger = Locked<Logger?>(nil)

    /// Sends the log to a logger from now on; until then it goes nowhere.
    public static func start(_ logger: Logger) { self.logger.withLock { $0 = logger } }

    /// Says what is done.
    public static func tell(_ message: @autoclosure () -> String) {
        guard let logger = logger.withLock({ $0 }), logger.logLevel <= .debug else { return }
        logger.debug("\(message())")
    }

    /// `0.012 s`.
    static func seconds(since start: ContinuousClock.Instant) -> String { seconds(ContinuousClock.now - start) }

    /// The same of a time that is known.
    static func seconds(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.milliseconds)
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        return "\(milliseconds / 1000).\(fraction) s"
    }
}
