internal import Glibc
internal import ThreadSafety

/// A queue that one thread waits on and any thread fills.
@safe
final class BlockingQueue<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var closed = false
    }

    private let state = Locked(State())
    // sem_post and sem_wait are thread-safe by POSIX; the semaphore lives as long as the queue.
    nonisolated(unsafe) private let available: UnsafeMutablePointer<sem_t>

    init() {
        unsafe available = .allocate(capacity: 1)
        unsafe sem_init(available, 0, 0)
    }

    deinit {
        unsafe sem_destroy(available)
        unsafe available.deallocate()
    }

    /// Adds an element; false once the queue is closed.
    func push(_ element: Element) -> Bool {
        let accepted = state.withLock { state in
            guard !state.closed else { return false }
            state.elements.append(element)
            return true
        }
        if accepted { unsafe sem_post(available) }
        return accepted
    }

    /// Waits for an element; nil when the queue is closed and empty.
    func pop() -> Element? {
        while unsafe sem_wait(available) != 0 {}  // EINTR
        return state.withLock { $0.elements.isEmpty ? nil : $0.elements.removeFirst() }
    }

    /// Refuses further elements; `pop` still hands out those that are in.
    func close() {
        state.withLock { $0.closed = true }
        unsafe sem_post(available)
    }
}
