internal import Glibc

/// Turns SIGINT and SIGTERM into a call, and a second one into the end.
///
/// The signals are blocked in every thread, and the main thread does nothing but wait for them: no code runs in a signal
/// handler. It must be the main thread: an asynchronous `main` would leave it to Dispatch, which waits there with no
/// signal blocked, and the kernel would kill the process.
enum SignalWatch {
    /// Blocks the signals for this thread and all that it starts.
    ///
    /// First thing in the process.
    static func block() {
        // A closed pipe is an error of write(2), not the end of a run in the middle of a batch.
        signal(SIGPIPE, SIG_IGN)
        // Ignored by whoever started this process, the end of a program that this one starts could not be waited for.
        signal(SIGCHLD, SIG_DFL)
        var set = watched
        unsafe _ = pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits for signals for the rest of the process's life.
    ///
    /// The interrupt is told of the first one; the second ends the process at once, as the operator wants it: the
    /// server rolls open transactions back.
    static func wait(telling interrupt: Interrupt) -> Never {
        interrupt.signal(next())
        _exit(128 + next())
    }

    private static func next() -> Int32 {
        var set = watched
        var number: Int32 = 0
        while unsafe sigwait(&set, &number) != 0 {}
        return number
    }

    private static var watched: sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGINT)
        unsafe sigaddset(&set, SIGTERM)
        return set
    }
}
