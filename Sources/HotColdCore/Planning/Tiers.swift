public import Mongo

/// What the deployments of the two tiers are to each other, which decides the form of the move protocol.
public enum Topology: String, Sendable {
    /// Both tiers are in one replica set: one transaction holds everything.
    case oneCluster = "one_cluster"
    /// Two replica sets: a transaction on each, and the hot one decides.
    case twoClusters = "two_clusters"
    /// A standalone server, on either side, has no transactions: guarded deletes, and a weaker guarantee.
    case standalone
}

/// The deployments that hold the two tiers.
public struct Tiers: Sendable {
    /// Where the hot collections are, and hotcold's own.
    public let hot: ConnectionPool
    /// Where the archives are; the same pool as `hot` where both are one deployment.
    public let cold: ConnectionPool
    /// The hot server's clock.
    public let clock: ServerClock
    /// What the deployments are to each other.
    public let topology: Topology

    /// What the connections are for, which says how long a server may take for an answer where the connection string
    /// doesn't (`socketTimeoutMS`).
    public enum Work: Sendable {
        /// Commands that take a moment or some minutes: the driver's five minutes.
        case questions
        /// Passes over whole collections, during which the server sends nothing: a day.
        case passes
    }

    /// Connects to both and finds out what they are.
    ///
    /// Two connection strings may name one deployment in two ways; the primary's process tells.
    ///
    /// - Parameter allowsNondurable: whether servers that have no journal may be written to.
    /// - Throws: `MigrationError`: `unavailable`, `refused`, or `unsuitable` for sharded clusters.
    public static func connect(
        _ configuration: Configuration,
        for work: Work = .questions,
        allowsNondurable: Bool = false
    ) async throws -> Tiers {
        do {
            let areOne = configuration.cold.uri == configuration.hot.uri
            func connect(_ uri: ConnectionString, _ server: Finding.Server) async throws -> Connected {
                try await Connected(to: uri, as: server, for: work, allowsNondurable: allowsNondurable)
            }
            let hot = try await connect(configuration.hot.uri, areOne ? .both : .hot)
            try hot.deployment.checkSuitability()
            guard !areOne else { return Tiers(hot) }
            let cold = try await connect(configuration.cold.uri, .cold)
            try cold.deployment.checkSuitability()
            return try await Tiers(hot, cold)
        } catch {
            throw MigrationError(error)
        }
    }

    /// A deployment that has answered.
    struct Connected: Sendable {
        let pool: ConnectionPool
        let deployment: Deployment
        /// Its primary's clock.
        let clock: ServerClock

        /// Connects to the primary.
        init(
            to uri: ConnectionString,
            as server: Finding.Server,
            for work: Work = .questions,
            allowsNondurable: Bool = false
        ) async throws {
            func makePool(isJournaled: Bool = true) throws -> ConnectionPool {
                try ConnectionPool(
                    uri,
                    applicationName: "hotcold",
                    patience: work == .passes ? nil : .seconds(300),
                    isJournaled: isJournaled,
                    name: server == .both ? "both tiers" : server.rawValue
                )
            }
            var pool = try makePool()
            do { deployment = try await Deployment.read(pool) } catch let error as MongoError {
                throw await Self.explained(error, uri).at(pool.place)
            }
            clock = ServerClock(start: try deployment.localTime)
            EngineLog.tell("connected to \(pool.place ?? server.rawValue): \(deployment.identification)")
            if allowsNondurable {
                let durability = try await Durability.read(pool, isReplicaSet: deployment.isReplicaSet)
                if !durability.takesJournaledWrites {
                    pool = try makePool(isJournaled: false)
                }
            }
            self.pool = pool
        }

        /// What is wrong with a connection string by which no server is found, where that can be told: the driver says only
        /// that it has found none.
        private static func explained(_ error: MongoError, _ uri: ConnectionString) async -> MongoError {
            guard error.kind == .serverSelection else { return error }
            // The files were looked at, but not opened with the password.
            if error.message.contains("initialize TLS state") {
                let reason = "tlsCertificateKeyFile can't be used: is tlsCertificateKeyFilePassword right?"
                return MongoError(.invalidURI, message: reason)
            }
            guard let name = uri.replicaSet, let direct = uri.direct,
                let pool = try? ConnectionPool(direct, applicationName: "hotcold"),
                let hello = try? await pool.main.withClient({ try $0.run(["hello": 1], on: "admin") })
            else { return error }
            let found = hello["setName"]?.string
            guard found?.isExactly(name) != true else { return error }
            let reason = found.map { "the replica set there is called \($0), not \(name)" } ?? "it is no replica set"
            return MongoError(.invalidURI, message: "\(reason): see replicaSet in the connection string")
        }
    }

    /// Both tiers on one deployment.
    init(_ both: Connected) {
        self.init(both.pool, both.pool, both.clock, both.deployment.isReplicaSet ? .oneCluster : .standalone)
    }

    /// The tiers behind two connection strings, which may lead to one deployment.
    ///
    /// - Throws: `MongoError`.
    init(_ hot: Connected, _ cold: Connected) async throws {
        let areOne = try await Deployment.areSame(hot.pool, cold.pool)
        let haveTransactions = hot.deployment.isReplicaSet && cold.deployment.isReplicaSet
        self.init(
            hot.pool,
            areOne ? hot.pool : cold.pool,
            hot.clock,
            haveTransactions ? (areOne ? .oneCluster : .twoClusters) : .standalone
        )
    }

    private init(_ hot: ConnectionPool, _ cold: ConnectionPool, _ clock: ServerClock, _ topology: Topology) {
        self.hot = hot
        self.cold = cold
        self.clock = clock
        self.topology = topology
    }

    /// Sees to it that an operator's signal is not kept waiting by a server that does not answer.
    public func hurry(at stop: StopRequest) {
        stop.observe { reason in
            if reason == .signal { self.hurry() }
        }
    }

    /// Gives each command to either tier ten seconds from now on.
    func hurry() {
        for (_, pool) in deployments { pool.hurry() }
    }

    /// Whether both tiers are in one deployment, where a name means one collection.
    public var areOne: Bool { hot === cold }

    /// The deployments, each once.
    var deployments: [(server: Finding.Server, pool: ConnectionPool)] {
        areOne ? [(.both, hot)] : [(.hot, hot), (.cold, cold)]
    }

    /// Where documents come from.
    func source(_ direction: Direction) -> ConnectionPool { direction == .migrate ? hot : cold }

    /// Where documents go to.
    func target(_ direction: Direction) -> ConnectionPool { direction == .migrate ? cold : hot }
}
