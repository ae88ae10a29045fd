internal import Mongo

/// Looks at how busy one deployment is, again and again, on a connection of its own.
struct LoadProbe: Sendable {
    /// What can be looked at or not; the raw values stand in sentences.
    enum Aspect: String, CaseIterable, Sendable {
        case members = "its members (replSetGetStatus)"
        case configuration = "their delays, and which are arbiters (replSetGetConfig)"
        case status = "its cache, flow control and what others ask for (serverStatus)"
        case options = "with which options it was started (getCmdLineOpts)"
        case parameters = "which of them were changed since (getParameter)"
        case oplog = "its oplog (collStats of local.oplog.rs)"
        case processors = "its number of processors (hostInfo)"
        case machine = "what else its machine does (getDiagnosticData)"
        case disk = "the room on its disk (dbStats)"
    }

    let server: Finding.Server
    /// The database whose disk matters.
    var database: String {
        didSet { memory.forgetDisk() }
    }
    private let pool: ConnectionPool
    private let connection: Connection
    private var memory = Memory()

    /// What is kept from one look to the next.
    fileprivate struct Memory: Sendable {
        var hidden: Set<Aspect> = []
        var lags = ReplicationLag.Reader()
        var looks = 0
        var mindsProcessors = false
        var processors: Double?
        var use: ServerUse?
        var machine = MachineWatch()
        /// Whether it matters how busy the machine is: somebody else has asked for something.
        var mindsMachine = false
        /// What changes slowly, as it was seen last.
        var engine = EngineSettings()
        var disk: ServerFacts.Disk?
        var oplog = BSONDocument()
    }

    /// Disk, oplog and configuration change slowly: every so many looks will do.
    fileprivate static let looksOfSlowChange = 10

    /// Sections of `serverStatus` that nobody reads here, and that cost the server time and the network bytes.
    private static let unread = [
        "asserts", "connections", "defaultRWConcern", "electionMetrics", "globalLock",
        "indexBulkBuilder", "indexBuilds", "indexStats", "locks", "logicalSessionRecordCache", "mem",
        "network", "opLatencies", "opcounters", "opcountersRepl", "queryAnalyzers", "readConcernCounters",
        "readPreferenceCounters", "repl", "scramCache", "security", "shardSplits", "storageEngine", "tcmalloc",
        "tenantMigrations", "trafficRecording", "transactions", "transportSecurity", "twoPhaseCommitCoordinator",
    ]

    fileprivate static let status = BSONDocument([("serverStatus", 1), ("oplog", 1)] + unread.map { ($0, 0) })

    /// - Parameters:
    ///   - database: the database whose disk matters.
    ///   - mindingProcessors: whether it matters how many processors there are.
    init(
        _ pool: ConnectionPool,
        as server: Finding.Server,
        database: String,
        mindingProcessors: Bool
    ) throws {
        memory.mindsProcessors = mindingProcessors
        self.server = server
        self.database = database
        self.pool = pool
        connection = try pool.makeConnection()
    }

    /// What the user may not see.
    var hidden: [Aspect] { Aspect.allCases.filter(memory.hidden.contains) }

    /// Looks.
    ///
    /// - Throws: `MongoError` where the server is away.
    mutating func look() async throws -> ServerLoad {
        let (server, database, pool, before) = (server, database, pool, memory)
        let (load, after) = try await connection.withClient { client in
            var memory = before
            let load = try memory.look(at: server, database: database, pool: pool, with: client)
            return (load, memory)
        }
        memory = after
        return load
    }
}

extension LoadProbe.Memory {
    /// It is looked at anew with the next look, also where the user might not see that of the last one.
    fileprivate mutating func forgetDisk() {
        hidden.remove(.disk)
        (disk, looks) = (nil, 0)
    }

    fileprivate mutating func look(
        at server: Finding.Server,
        database: String,
        pool: ConnectionPool,
        with client: borrowing Client
    ) throws -> ServerLoad {
        var load = ServerLoad(server: server)
        let hello = try client.run(["hello": 1], on: "admin", .read)
        let isSlowTurn = looks % LoadProbe.looksOfSlowChange == 0
        looks += 1
        var hasOthers = false
        if hello["setName"] != nil {
            if isSlowTurn, let reply = try ask(.configuration, ["replSetGetConfig": 1], on: "admin", with: client) {
                lags.readConfiguration(reply)
            }
            if let reply = try ask(.members, ["replSetGetStatus": 1], on: "admin", with: client) {
                let lag = lags.read(reply)
                (load.lag, load.excusedMembers) = (lag.worst, lag.excused)
                hasOthers = (reply["members"]?.array?.count ?? 0) > 1
            } else {
                load.readHello(hello)
                hasOthers = (hello["hosts"]?.array?.count ?? 0) > 1
            }
        }
        if isSlowTurn { try askEngine(with: client) }
        // The server counts at some moment between the two.
        let oursBefore = pool.operationCount
        let status = try ask(.status, LoadProbe.status, on: "admin", with: client)
        if let status {
            load.readStatus(status, engine: engine.configurations)
            let earlier = use
            use = ServerUse(status, ours: oursBefore...pool.operationCount)
            if let earlier, let use { load.readUse(use, since: earlier, processors: processors) }
        }
        if load.otherOperations ?? 0 >= FairShare.leastOperations { mindsMachine = mindsProcessors }
        // As large as ten of the other replies.
        if mindsMachine, let reply = try ask(.machine, ["getDiagnosticData": 1], on: "admin", with: client) {
            load.readMachine(machine.learn(MachineUse(reply)))
        }
        if isSlowTurn {
            if mindsProcessors {
                processors = try ask(.processors, ["hostInfo": 1], on: "admin", with: client)
                    .flatMap(ServerUse.processors)
            }
            disk = try ask(.disk, ["dbStats": 1], on: database, with: client).flatMap { ServerFacts.Disk(dbStats: $0) }
            if hasOthers {
                oplog = try ask(.oplog, ["collStats": "oplog.rs"], on: "local", with: client) ?? BSONDocument()
            }
        }
        load.disk = disk
        if hasOthers, let status { load.readOplog(status, stats: oplog) }
        return load
    }

    private mutating func askEngine(with client: borrowing Client) throws {
        if let reply = try ask(.options, ["getCmdLineOpts": 1], on: "admin", with: client) { engine.readOptions(reply) }
        let parameters = BSONDocument([("getParameter", 1)] + EngineSettings.parameters.map { ($0, 1) })
        if let reply = try ask(.parameters, parameters, on: "admin", with: client) { engine.readParameters(reply) }
    }

    /// The reply to a command; nil where the user may not give it, or the server does not know it, and from then on.
    private mutating func ask(
        _ aspect: LoadProbe.Aspect,
        _ command: BSONDocument,
        on database: String,
        with client: borrowing Client
    ) throws -> BSONDocument? {
        guard !hidden.contains(aspect) else { return nil }
        do {
            return try client.run(command, on: database, .read)
        } catch let error as MongoError where error.kind == .server && !error.isTransient {
            hidden.insert(aspect)
            return nil
        }
    }
}
