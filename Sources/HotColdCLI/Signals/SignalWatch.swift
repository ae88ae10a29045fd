internal import Glibc
internal import HotColdCore

/// Turns what ends a process in order into a call, a second one into the end, and what stops it into a stop between batches.
///
/// The signals are blocked in every thread, and the main thread does nothing but wait for them: no code runs in a signal
/// handler. It must be the main thread: an asynchronous `main` would leave it to Dispatch, which waits there with no
/// signal blocked, and the kernel would kill the process.
///
/// None of them leaves a transaction open on a server, which would be in the way of others for a minute.
enum SignalWatch {
    /// What asks for an end: a terminal's Ctrl-C, service managers, a terminal that is closed.
    private static let requests = [SIGINT, SIGTERM, SIGHUP]
    /// What kills at once, and has nothing to do with the program itself.
    private static let deadly = [SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU]
    /// What would stop a process for reading from a terminal or writing to it in the background: it writes all the same.
    private static let ofBackground = [SIGTTIN, SIGTTOU]
    /// What its caller may have it ignore, as nohup does.
    private static let ignorable = [SIGHUP, SIGTSTP] + deadly

    /// Blocks the signals for this thread and all that it starts.
    ///
    /// First thing in the process.
    static func block() {
        // A closed pipe is an error of write(2), not the end of a run in the middle of a batch.
        signal(SIGPIPE, SIG_IGN)
        // Nor is a file at its limit (`ulimit -f`).
        signal(SIGXFSZ, SIG_IGN)
        // Ignored by whoever started this process, the end of a program that this one starts could not be waited for.
        signal(SIGCHLD, SIG_DFL)
        var set = watched
        for number in ofBackground { unsafe sigaddset(&set, number) }
        unsafe _ = pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits for signals for the rest of the process's life.
    ///
    /// The interrupt is told of the first one that asks for an end; the second ends the process at once, as the operator
    /// wants it.
    static func wait(telling interrupt: Interrupt) -> Never {
        var hasRequest = false
        while true {
            let number = next()
            switch number {
            case SIGTSTP: suspend(interrupt, &hasRequest)
            default: take(number, interrupt, &hasRequest)
            }
        }
    }

    private static func take(_ number: Int32, _ interrupt: Interrupt, _ hasRequest: inout Bool) {
        guard requests.contains(number) else { die(of: number) }
        if hasRequest { end(128 + number) }
        hasRequest = true
        interrupt.signal(number)
    }

    /// Ends the process, and what it has open on servers.
    static func end(_ code: Int32) -> Never {
        DriverSetup.endAllTransactions()
        _exit(code)
    }

    /// Stops the process once nothing is under way, and goes on where somebody lets it.
    private static func suspend(_ interrupt: Interrupt, _ hasRequest: inout Bool) {
        Suspension.prepare()
        defer { Suspension.end() }
        let start = ContinuousClock.now
        while !Suspension.isDue(after: .now - start) {
            guard let number = next(within: 10_000_000), number != SIGTSTP else { continue }
            return take(number, interrupt, &hasRequest)
        }
        DriverSetup.endTransactions()  // An abort may not have reached its server.
        // To this thread, which stops all: one sent to the process may be taken by another thread, a little later.
        pthread_kill(pthread_self(), SIGSTOP)
    }

    /// Dies as the signal would have it, which whoever waits for the process can see.
    private static func die(of number: Int32) -> Never {
        DriverSetup.endAllTransactions()
        signal(number, SIG_DFL)
        pthread_kill(pthread_self(), number)
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, number)
        unsafe _ = pthread_sigmask(SIG_UNBLOCK, &set, nil)
        _exit(128 + number)
    }

    private static func next() -> Int32 {
        var set = watched
        var number: Int32 = 0
        while unsafe sigwait(&set, &number) != 0 {}
        return number
    }

    /// The next signal; nil where there is none for so many nanoseconds.
    private static func next(within nanoseconds: Int) -> Int32? {
        var set = watched
        var time = timespec(tv_sec: 0, tv_nsec: nanoseconds)
        let number = unsafe sigtimedwait(&set, nil, &time)
        return number > 0 ? number : nil
    }

    /// Found out once, before anything changes what becomes of a signal.
    private static let watchedSignals = (requests + [SIGTSTP] + deadly).filter { number in
        !ignorable.contains(number) || !isIgnored(number)
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        unsafe _ = sigaction(number, nil, &action)
        return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1  // SIG_IGN
    }

    private static var watched: sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in watchedSignals { unsafe sigaddset(&set, number) }
        return set
    }
}
