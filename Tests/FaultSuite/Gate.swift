import Foundation
import ThreadSafety

/// What keeps an application's writers from writing while it is closed.
final class Gate: Sendable {
    private struct State {
        var isClosed = false
        /// How many are in the middle of a write.
        var writing = 0
    }

    private let state = Locked(State())

    /// Runs a write, once it is open; blocks.
    func pass(_ write: () -> Void) {
        while !enter() { usleep(1000) }
        defer { state.withLock { $0.writing -= 1 } }
        write()
    }

    private func enter() -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.writing += 1
            return true
        }
    }

    /// Closes it, and returns when nobody writes any more.
    func close() async {
        state.withLock { $0.isClosed = true }
        while state.withLock({ $0.writing > 0 }) { await Task.yield() }
    }

    /// Opens it again.
    func open() { state.withLock { $0.isClosed = false } }
}
