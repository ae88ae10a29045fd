import Dispatch
import Mongo

/// Something that a connection's thread waits for; a task would block a thread that all tests share.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open() { semaphore.signal() }
    func wait() { semaphore.wait() }
}

/// A transaction that stays open, its body waiting on the connection's thread, while a test does something else.
final class HeldTransaction: Sendable {
    private struct Abort: Error {}

    private let gate = Gate()

    /// Lets the transaction go on to its end.
    func end() { gate.open() }

    /// Runs `steps` in a transaction, then `meanwhile` while it is open, until that returns or calls `end()`.
    @discardableResult
    static func hold<Success: Sendable>(
        on connection: Connection,
        commitsAtEnd: Bool = false,
        _ steps: @escaping @Sendable (borrowing Client) throws -> Void,
        meanwhile: @Sendable (HeldTransaction) async throws -> Success
    ) async throws -> Success {
        let held = HeldTransaction()
        let (isOpen, opened) = AsyncStream<Void>.makeStream()
        async let transaction: Void = connection.withClient { client in
            defer { opened.finish() }
            do {
                try client.transaction(retryingCommitFor: .seconds(120)) {
                    try steps(client)
                    opened.yield()
                    held.gate.wait()
                    if !commitsAtEnd { throw Abort() }
                }
            } catch is Abort {}
        }
        var iterator = isOpen.makeAsyncIterator()
        let success: Success
        do {
            guard await iterator.next() != nil else {
                try await transaction
                fatalError("a transaction that was not opened throws")
            }
            success = try await meanwhile(held)
        } catch {
            held.end()
            throw error
        }
        held.end()
        try await transaction
        return success
    }
}
