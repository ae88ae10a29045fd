internal import CMongoC  // Its headers declare pthread_attr_t first, as far as Swift can see.
internal import Glibc

/// A thread that owns a resource and runs bodies on it, one at a time, in the order of the calls.
///
/// The cooperative pool and Dispatch's global queues, which grow by one thread a second on Linux, are never blocked.
final class ResourceThread<Resource: ~Copyable>: Sendable {
    private struct Job: Sendable {
        let perform: @Sendable (borrowing Resource) -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private let jobs = BlockingQueue<Job>()

    /// Starts the thread, which makes its resource at the first job, and again for the next one where that failed.
    init(_ make: @escaping @Sendable () throws -> Resource) throws {
        let jobs = jobs
        try startThread {
            guard let resource = Self.makeForFirst(of: jobs, make) else { return }
            while let job = jobs.pop() { job.perform(resource) }
        }
    }

    /// Makes the resource and performs the first job, which is not kept: it may hold the last reference to this.
    ///
    /// Nil when there are no more jobs before it could be made.
    private static func makeForFirst(of jobs: BlockingQueue<Job>, _ make: () throws -> Resource) -> Resource? {
        while let job = jobs.pop() {
            do {
                let resource = try make()
                job.perform(resource)
                return resource
            } catch {
                job.fail(error)
            }
        }
        return nil
    }

    deinit { jobs.close() }

    /// Runs a body on the thread and waits for it without blocking a task's thread.
    ///
    /// - Throws: what the body throws, or what making the resource threw.
    func run<Success: Sendable>(
        _ body: @escaping @Sendable (borrowing Resource) throws -> Success
    ) async throws -> Success {
        try await withCheckedThrowingContinuation { continuation in
            let job = Job(
                perform: { resource in
                    do { continuation.resume(returning: try body(resource)) } catch {
                        continuation.resume(throwing: error)
                    }
                },
                fail: { continuation.resume(throwing: $0) }
            )
            if !jobs.push(job) {
                continuation.resume(throwing: MongoError(.driver, message: "the connection is closed"))
            }
        }
    }
}

/// Starts a detached thread that takes no signals sent to the process: they are for the thread that waits for them.
func startThread(_ body: @escaping @Sendable () -> Void) throws {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    // A thread inherits its mask. What a fault raises stays, for the runtime's crash report.
    var (blocked, before) = (sigset_t(), sigset_t())
    unsafe sigfillset(&blocked)
    for signal in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] { unsafe sigdelset(&blocked, signal) }
    unsafe pthread_sigmask(SIG_SETMASK, &blocked, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let box = unsafe Unmanaged.passRetained(Box(body))
    let status = unsafe pthread_create(
        &thread,
        &attributes,
        { argument in
            guard let argument = unsafe argument else { return nil }
            // Balances passRetained above: the thread owns its body.
            unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        },
        box.toOpaque()
    )
    guard status == 0 else {
        unsafe box.release()
        throw MongoError(.driver, message: "can't start a thread (error \(status)); check the limit on processes")
    }
}
