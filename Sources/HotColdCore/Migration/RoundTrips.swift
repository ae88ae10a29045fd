internal import Mongo

/// The way to the servers: how long a command takes that asks for nothing, and how many commands have gone it.
struct RoundTrips: Sendable {
    private let ways: [Way]

    private struct Way: Sendable {
        let pool: ConnectionPool
        let duration: Duration
    }

    /// The least of so many answers is the way; the others waited for a processor, too, at one end of it.
    private static let pings = 5

    /// Asks each deployment once.
    ///
    /// - Throws: `MongoError`.
    init(_ tiers: Tiers) async throws {
        var ways: [Way] = []
        for pool in tiers.areOne ? [tiers.hot] : [tiers.hot, tiers.cold] {
            let duration = try await pool.main.withClient { client in
                let answers = try (0..<Self.pings).map { _ in
                    try ContinuousClock().measure { try client.run(["ping": 1], on: "admin") }
                }
                return answers.min() ?? .zero
            }
            ways.append(Way(pool: pool, duration: duration))
        }
        self.ways = ways
    }

    /// The longer of the ways.
    var longest: Duration { ways.map(\.duration).max() ?? .zero }

    /// How long all commands of this process have been on the way until now, together.
    var total: Duration { ways.reduce(.zero) { $0 + $1.duration * $1.pool.commandsSent } }
}
