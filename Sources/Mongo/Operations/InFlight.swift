internal import CMongoC  // Its headers declare pthread types first, as far as Swift can see.
internal import Glibc
internal import Synchronization
internal import ThreadSafety

/// What this process has under way that others may wait for: transactions, and batches of several.
///
/// A transaction outlives its client by a minute, and whoever wants what it has locked waits as long. So a process that
/// ends or stops sees to it that none is open.
public enum InFlight {
    private struct Transaction: Hashable {
        let pool: ObjectIdentifier
        let session: BSONDocument
    }

    private struct State {
        /// Those that may be open on a server.
        var open: [Transaction: DriverPool] = [:]
        /// How many of them each thread is in.
        var depths: [UInt: Int] = [:]
        var batches = 0
        var isHeld = false
        var isEnding = false
    }

    private static let state = Locked(State())

    private static var thread: UInt { UInt(pthread_self()) }

    // MARK: Transactions

    /// Takes note of a transaction; waits where none may be begun.
    static func begin(_ session: BSONDocument, of pool: DriverPool) {
        let (thread, key) = (thread, Transaction(pool: ObjectIdentifier(pool), session: session))
        while true {
            let hasBegun = state.withLock { state in
                // What is begun within another one, or for a batch, is what those wait for.
                guard !state.isEnding, !state.isHeld || state.batches > 0 || state.depths[thread] != nil else {
                    return false
                }
                state.depths[thread, default: 0] += 1
                state.open[key] = pool
                return true
            }
            if hasBegun { return }
            usleep(10_000)  // This is a connection's own thread.
        }
    }

    /// Takes note of the end of a transaction.
    ///
    /// - Parameter isOver: whether the server has it no more.
    static func end(_ session: BSONDocument, of pool: DriverPool, isOver: Bool) {
        let (thread, key) = (thread, Transaction(pool: ObjectIdentifier(pool), session: session))
        state.withLock { state in
            let depth = state.depths[thread, default: 1] - 1
            state.depths[thread] = depth > 0 ? depth : nil
            if isOver { state.open[key] = nil }
        }
    }

    // MARK: Batches

    /// Takes note of a batch, which has several transactions one after another.
    public static func beginBatch() { state.withLock { $0.batches += 1 } }

    /// Takes note of its end.
    public static func endBatch() { state.withLock { $0.batches -= 1 } }

    // MARK: Holding

    /// Whether nothing is to be begun.
    public static var isHeld: Bool { state.withLock(\.isHeld) }

    /// From now on nothing is begun, until `goOn()`.
    public static func hold() { state.withLock { $0.isHeld = true } }

    /// Lets work be begun again.
    public static func goOn() { state.withLock { $0.isHeld = false } }

    /// Whether nothing is under way.
    public static var isQuiet: Bool { state.withLock { $0.batches == 0 && $0.depths.isEmpty } }

    /// Whether no transaction is under way.
    public static var hasNoTransaction: Bool { state.withLock(\.depths.isEmpty) }

    // MARK: Ending

    /// Begins nothing more, for the end of the process: whose transaction is ended would try again.
    public static func close() { state.withLock { $0.isEnding = true } }

    /// Whether a server may have a transaction of this process, or get one from a thread that is in one.
    public static var mayHaveTransaction: Bool { state.withLock { !$0.open.isEmpty } }

    /// Has the servers end what transactions may be open, over connections of its own.
    ///
    /// Blocks.
    public static func endTransactions(within limit: Duration) {
        let open = Dictionary(grouping: state.withLock(\.open), by: \.key.pool)
        let asked = Asked(open.count)
        for transactions in open.values {
            guard let pool = transactions.first?.value else { continue }
            let ids = transactions.map { BSONValue.document($0.key.session) }
            try? startThread {  // Without a thread nobody can be asked.
                if let client = try? Client(from: pool) {
                    try? client.killSessions(ids)  // Refused or away: that is that.
                }
                asked.left.subtract(1, ordering: .releasing)
            }
        }
        let deadline = ContinuousClock.now + limit
        while asked.left.load(ordering: .acquiring) > 0, ContinuousClock.now < deadline { usleep(2_000) }
    }

    /// How many deployments have not answered.
    private final class Asked: Sendable {
        let left: Atomic<Int>
        init(_ count: Int) { left = Atomic(count) }
    }
}
