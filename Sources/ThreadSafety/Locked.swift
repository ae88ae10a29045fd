internal import Glibc

/// A value that one thread at a time gets at.
///
/// Not `Synchronization.Mutex`: on Linux it knows its owner by a thread-local number, whose address Swift 6.3 keeps across
/// a suspension where `withLock` is inlined into an async function. There the lock is taken in the name of the thread that
/// the function has left, and the process dies when it gives it back. A lock of the C library is called and not inlined, and
/// the thread sanitizer knows it.
@safe public final class Locked<Value>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    /// Puts a value under a lock of its own.
    public init(_ value: sending Value) {
        self.value = value
        unsafe mutex = .allocate(capacity: 1)
        // Without attributes nothing can be wrong with it (POSIX, pthread_mutex_init).
        unsafe pthread_mutex_init(mutex, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Runs a body with the value while no other thread does.
    ///
    /// Blocks while another one is in there. The body must not come here again: it would wait for itself.
    ///
    /// - Throws: what the body throws.
    public func withLock<Result, Failure>(
        _ body: (inout Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
