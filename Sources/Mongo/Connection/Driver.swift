internal import CMongoC
internal import Glibc
public import Logging
internal import Synchronization
internal import ThreadSafety

/// The C driver's process-wide state.
public enum Driver {
    /// libmongoc's version at run time, such as `1.23.1`.
    public static var version: String { unsafe String(cString: mongoc_get_version()) }

    /// The version of libmongoc's headers that this was compiled with; the library at run time may be a later one.
    public static var headersVersion: String { MONGOC_VERSION_S }

    /// Initialises the driver once and sends its log to a logger, or drops it.
    ///
    /// Must come before the first connection pool. Without it the driver writes debug lines of its monitor threads
    /// to standard output. Debian's build runs `mongoc_init` before `main` and `mongoc_cleanup` in `exit`, so pools
    /// must be closed before the process exits.
    public static func start(logger: Logger? = nil) {
        driverLogger.withLock { $0 = logger }
        mongoc_init()
        unsafe mongoc_log_set_handler(logHandler, nil)
    }

    /// Has the process keep the memory of messages for the next ones, in one heap: for a process that is hotcold's alone.
    ///
    /// Must come before there is a second thread, which would have a heap of its own by then.
    public static func keepFreedMemory() { hotcold_keep_freed_memory() }

    /// Lets pools that nobody uses any more live on.
    ///
    /// Closing one takes up to half a second: that long is the nap of the thread that watches its server. Sessions of a
    /// process that ends without it are forgotten by the server after half an hour.
    public static func leavePoolsOpen() { poolsStayOpen.store(true, ordering: .relaxed) }

    /// Whether pools are not to be closed.
    static var leavesPoolsOpen: Bool { poolsStayOpen.load(ordering: .relaxed) }

    private static let logHandler: mongoc_log_func_t = { level, domain, message, _ in
        // Called on any thread, monitors included, under the driver's global log mutex: no driver call in here.
        guard let logger = driverLogger.withLock({ $0 }) else { return }
        let area = unsafe domain.map { unsafe String(cString: $0) } ?? "driver"
        let text = unsafe message.map { unsafe String(cString: $0) } ?? ""
        guard text != "Using custom stream initiator." else { return }  // Every client says so: see limits.h.
        // It may quote a part of a password, and is refused anyway: see ConnectionString+Options.swift.
        guard !text.hasPrefix("Unsupported URI option") else { return }
        logger.log(level: Logger.Level(level), "\(text)", metadata: ["mongoc": "\(area)"])
    }
}

private let driverLogger = Locked<Logger?>(nil)
private let poolsStayOpen = Atomic(false)

extension Logger.Level {
    /// The driver's errors are not ours: each also comes back as a `MongoError`, which the caller judges.
    fileprivate init(_ level: mongoc_log_level_t) {
        self =
            switch level {
            case MONGOC_LOG_LEVEL_ERROR, MONGOC_LOG_LEVEL_CRITICAL: .notice
            case MONGOC_LOG_LEVEL_WARNING: .info
            case MONGOC_LOG_LEVEL_MESSAGE, MONGOC_LOG_LEVEL_INFO, MONGOC_LOG_LEVEL_DEBUG: .debug
            default: .trace
            }
    }
}
