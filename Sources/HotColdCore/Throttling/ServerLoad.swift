internal import Mongo

/// What a look at a deployment shows of how busy it is; nil for what it has not, or the user may not see.
struct ServerLoad: Equatable {
    /// The tier or tiers on it, as sentences name them.
    var server: Finding.Server
    /// Which member is furthest behind.
    var lag: ReplicationLag.Member?
    /// Members that are down, and that nobody waits for.
    var excusedMembers: [String] = []
    /// How far the majority is behind, where members may not be looked at one by one.
    var majorityLag: Duration?
    /// Whether the server holds writes back.
    var isFlowControlled = false
    /// Changed bytes in WiredTiger's cache, of all that it may hold.
    var dirtyShare: Double?
    /// Bytes of changes that are not on a page yet, of all that the cache may hold.
    var updatesShare: Double?
    /// All bytes in the cache, of all that it may hold.
    var usedShare: Double?
    /// From which of these shares on the server makes clients evict pages.
    var triggers = EvictionTriggers()
    /// Operations a second that others asked for since the look before.
    var otherOperations: Double?
    /// Whether we worked since then.
    var isOurs = false
    /// How busy its processors were since the look before, of all that they could do: those that it may use by what it did,
    /// or all of its machine by what everybody did there, whichever is more.
    var busyProcessors: Double?
    /// The room on its disk.
    var disk: ServerFacts.Disk?
    /// How far the oplog reaches back; nil while it has room left, or where there are no other members to need it.
    var oplogWindow: Duration?

    /// Reads a reply to `serverStatus`.
    ///
    /// - Parameter engine: the configuration strings of the storage engine, the later over the earlier.
    mutating func readStatus(_ status: BSONDocument, engine: [String] = []) {
        let flowControl = status["flowControl"]?.document
        // Switched off it may go on to say what it last saw.
        isFlowControlled = flowControl?["enabled"]?.bool == true && flowControl?["isLagged"]?.bool == true
        guard let cache = status["wiredTiger"]?.document?["cache"]?.document,
            let size = cache["maximum bytes configured"]?.number, size > 0
        else { return }
        triggers = EvictionTriggers(engine, cacheBytes: size)
        func share(_ name: String) -> Double? {
            // What nobody can have measured is not reasoned about.
            cache[name]?.number.map { $0 / size }.flatMap { (0...10).contains($0) ? $0 : nil }
        }
        dirtyShare = share("tracked dirty bytes in the cache")
        updatesShare = share("bytes allocated for updates")
        usedShare = share("bytes currently in the cache")
    }

    /// Reads what the server did between two looks.
    mutating func readUse(_ use: ServerUse, since earlier: ServerUse, processors: Double?) {
        guard let stretch = use.since(earlier) else { return }
        otherOperations = stretch.otherOperations
        isOurs = stretch.isOurs
        busyProcessors = processors.map { stretch.processors / $0 }
    }

    /// Reads how busy all processors of the machine are: the server may have but some of them for itself, and keep these
    /// busier.
    mutating func readMachine(_ busyShare: Double?) {
        busyProcessors = [busyShare, busyProcessors].compactMap(\.self).max()
    }

    /// Reads how far the majority is behind from a reply to `hello`.
    mutating func readHello(_ hello: BSONDocument) {
        guard let write = hello["lastWrite"]?.document, let last = write["lastWriteDate"]?.dateMilliseconds,
            let majority = write["majorityWriteDate"]?.dateMilliseconds
        else { return }
        majorityLag = max(.milliseconds(last) - .milliseconds(majority), .zero)
    }

    /// Reads how far an oplog reaches back, from `serverStatus` and from `collStats` of the oplog.
    mutating func readOplog(_ status: BSONDocument, stats: BSONDocument) {
        // As long as it has room it drops nothing, and reaches back to its beginning.
        guard let size = stats["size"]?.number, let capacity = stats["maxSize"]?.number, size > 0.9 * capacity,
            let oplog = status["oplog"]?.document, let first = oplog["earliestOptime"]?.timestampSeconds,
            let last = oplog["latestOptime"]?.timestampSeconds
        else { return }
        oplogWindow = .seconds(Int64(last) - Int64(first))
    }
}
