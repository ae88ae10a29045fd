internal import Mongo

/// What a server has done since it was started; two of them tell what it did in between.
struct ServerUse {
    private let server: String
    private let uptime: Duration
    private let processorTime: Duration
    private let operations: Double
    private let ours: ClosedRange<Int>

    /// Between two moments.
    struct Stretch: Equatable {
        /// What others asked for a second, at least.
        var otherOperations: Double
        /// Whether we worked: to keep a lease takes an operation now and then, a batch takes some.
        var isOurs: Bool
        /// How many processors it kept busy.
        var processors: Double
    }

    /// Reads a reply to `serverStatus`; nil where it does not tell, as on other systems than Linux.
    ///
    /// - Parameter ours: how many of the operations were ours, at least and at most.
    init?(_ status: BSONDocument, ours: ClosedRange<Int>) {
        let information = status["extra_info"]?.document
        guard let server = status["host"]?.string, let uptime = status["uptimeMillis"]?.number,
            let commands = status["metrics"]?.document?["commands"]?.document,
            let user = information?["user_time_us"]?.number, let system = information?["system_time_us"]?.number
        else { return nil }
        self.server = server
        self.uptime = .milliseconds(Int64(saturating: uptime))
        processorTime = .microseconds(Int64(saturating: user + system))
        operations = OperationNames.all.reduce(0) { $0 + (commands[$1]?.document?["total"]?.number ?? 0) }
        self.ours = ours
    }

    /// Since an earlier moment; nil where that was another server, or this one before it was started.
    func since(_ earlier: ServerUse) -> Stretch? {
        let passed = (uptime - earlier.uptime).seconds
        // What was before is of no use: between two collections of a run nobody looks.
        guard server == earlier.server, passed > 0, passed < 60 else { return nil }
        let mostOfOurs = ours.upperBound - earlier.ours.lowerBound
        return Stretch(
            otherOperations: max(0, (operations - earlier.operations - Double(mostOfOurs)) / passed),
            isOurs: mostOfOurs > 2,
            processors: (processorTime - earlier.processorTime).seconds / passed
        )
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
