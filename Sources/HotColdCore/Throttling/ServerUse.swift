internal import Mongo

/// What a server has done since it was started; two of them tell what it did in between.
struct ServerUse {
    private let server: String
    private let uptime: Duration
    private let processorTime: Duration
    private let operations: Double
    private let ours: Int

    /// Reads a reply to `serverStatus`; nil where it does not tell.
    ///
    /// - Parameter ours: how many of the reads and writes were ours.
    init?(_ status: BSONDocument, ours: Int) {
        let latencies = status["opLatencies"]?.document
        let information = status["extra_info"]?.document
        guard let server = status["host"]?.string, let uptime = status["uptimeMillis"]?.number,
            let reads = latencies?["reads"]?.document?["ops"]?.number,
            let writes = latencies?["writes"]?.document?["ops"]?.number,
            let user = information?["user_time_us"]?.number, let system = information?["system_time_us"]?.number
        else { return nil }
        let replication = status["metrics"]?.document?["repl"]?.document?["network"]?.document
        let oplogReads = replication?["oplogGetMoresProcessed"]?.document?["num"]?.number ?? 0
        self.server = server
        self.uptime = .milliseconds(Int64(saturating: uptime))
        processorTime = .microseconds(Int64(saturating: user + system))
        // Other members that fetch what a run writes want nothing for themselves.
        operations = reads + writes - oplogReads
        self.ours = ours
    }

    /// Between an earlier moment and this one; nil where that was another server, or this one before it was started.
    func since(_ earlier: ServerUse) -> (otherOperations: Double, processors: Double)? {
        let passed = (uptime - earlier.uptime).seconds
        guard server == earlier.server, passed > 0 else { return nil }
        // A command may be counted here and not yet there.
        let others = operations - earlier.operations - Double(ours - earlier.ours)
        return (max(0, others / passed), (processorTime - earlier.processorTime).seconds / passed)
    }

    /// How many processors a server may use, from a reply to `hostInfo`; nil where it does not tell.
    ///
    /// Limits that a container sets on processor time are not in it.
    static func processors(_ hostInfo: BSONDocument) -> Double? {
        let system = hostInfo["system"]?.document
        // The first is there in later versions, and -1 where the server can't tell.
        return [system?["numCoresAvailableToProcess"], system?["numCores"]]
            .compactMap { $0?.number }
            .first { $0 > 0 }
    }
}
