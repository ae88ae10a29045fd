/// The connections to one deployment.
///
/// ```swift
/// let pool = try ConnectionPool(ConnectionString("mongodb://127.0.0.1/?replicaSet=rs0"), applicationName: "hotcold")
/// let reply = try await pool.main.withClient { try $0.run(["ping": 1], on: "admin") }
/// ```
/// Sessions belong to clients, and cursors and transactions to sessions; so a part of the program that keeps one of
/// those across calls makes a `Connection` of its own.
public final class ConnectionPool: Sendable {
    /// The connection string, printed redacted.
    public let connectionString: ConnectionString
    /// The connection for what needs none of its own: planning, state, heartbeats.
    public let main: Connection

    /// What errors call the deployment; nil where there is only one.
    public var place: String? { driverPool.place }

    let driverPool: DriverPool

    /// What was answered on any of its connections since the last call, or since the pool was made.
    public func takeAnswers() -> Answers { driverPool.answers.take() }

    /// How many commands of `OperationNames` were answered on any of its connections since it was made: what the server
    /// has counted beyond was asked by others.
    public var operationCount: Int { driverPool.answers.operations }

    /// Prepares a pool; nothing is sent before the first call.
    ///
    /// - Parameters:
    ///   - applicationName: what the server's logs, profiler and `currentOp` show.
    ///   - maximumConnections: how many connections can be alive at once.
    ///   - patience: how long a server may take for an answer where the connection string does not say it
    ///     (`socketTimeoutMS`); nil is a day. The driver's default is five minutes.
    ///   - name: what the deployment is to the program, which errors say with its hosts; nil where there is only one.
    ///   - isJournaled: whether a write is acknowledged when it is on disk; false for servers without a journal only.
    /// - Throws: `MongoError` for options that contradict each other, and for files that can't be used.
    public init(
        _ connectionString: ConnectionString,
        applicationName: String,
        maximumConnections: Int = 100,
        patience: Duration? = .seconds(300),
        isJournaled: Bool = true,
        name: String? = nil
    ) throws {
        self.connectionString = connectionString
        if let objection = try connectionString.objectionToFiles() {
            throw MongoError(.invalidURI, message: objection).at(name)
        }
        driverPool = try DriverPool(
            connectionString,
            applicationName: applicationName,
            size: maximumConnections,
            patience: patience,
            isJournaled: isJournaled,
            name: name
        )
        main = try Connection(driverPool)
    }

    /// Gives each command that is under way or comes later ten seconds: the program is to end.
    ///
    /// Servers that let one wait in vain are not asked again.
    public func hurry() { driverPool.hurry() }

    /// A connection with a thread and session of its own, which end when the last reference to it goes.
    public func makeConnection() throws -> Connection { try Connection(driverPool) }
}
