/// How much of a server a run takes when others want it too.
///
/// A run may have a server to itself, and one with processors to spare has time for everybody. But where others ask for
/// something and the server's processors are busy, a run works with one batch at a time and for half of its time; each
/// second in which that is still too much, for half of it again, and otherwise for a little more: all of the time, then
/// with two batches at a time, and so on (additive increase, multiplicative decrease, by which connections share a network
/// fairly: Chiu and Jain, 1989).
///
/// What others wait for can't be measured by a command of ours: one that asks for little and seldom is served at once.
struct FairShare {
    /// Others that ask for less are shells.
    static let leastOperations = 5.0  // A second.
    /// Who asks in fewer looks than this is a monitor that comes and goes.
    private static let looksOfClient = 2
    /// So long after they were last seen others are still there: a run may keep them from asking for more.
    private static let looksOfMemory = 60

    private static let increase = 0.02
    private static let decrease = 0.5
    private static let least = 0.1
    /// So many movers have all that they want.
    private static let most = 8.0

    /// From where on the processors are busy, of all that they could do.
    private let limit: Double
    /// How many movers' work the run may do, such as half of one's; nil for all that it has.
    private var share: Double?
    /// How busy the processors were when they were too busy the last time.
    private var busyOnce = 0.0
    private var detail = ""
    private var looksWithOthers = 0
    private var looksSince: Int?

    /// - Parameter limit: from where on the server's processors are busy, of all that they could do.
    init(limit: Double) { self.limit = limit }

    /// Takes note of a look, one a second.
    mutating func learn(_ load: ServerLoad) {
        notice(load.otherOperations)
        guard looksSince != nil else {
            share = nil
            return
        }
        guard let others = load.otherOperations, let busy = load.busyProcessors else { return }
        if busy > limit {
            busyOnce = busy
            share = max(Self.least, Self.decrease * (share ?? 1))
        } else if let worked = share, load.isOurs {
            // While it rests nothing is learnt of what it may do.
            let more = worked + Self.increase
            share = more < Self.most ? more : nil
        }
        let are =
            busy > limit
            ? "are \(busy.percent) busy (limit \(limit.percent))"
            : "were \(busyOnce.percent) busy (limit \(limit.percent)), now \(busy.percent)"
        detail = """
            the processors of \(load.server.sentenceName) \(are), and others ask it for \
            \(Int(saturating: others).grouped) operations a second
            """
    }

    private mutating func notice(_ others: Double?) {
        looksWithOthers = others ?? 0 >= Self.leastOperations ? looksWithOthers + 1 : 0
        if looksWithOthers >= Self.looksOfClient {
            looksSince = 0
        } else if let looks = looksSince {
            looksSince = looks < Self.looksOfMemory ? looks + 1 : nil
        }
    }

    /// What it asks of the run.
    var strain: Strain? {
        share.map { share in
            var strain = Strain(.otherClients, workShare: min(share, 1), detail)
            strain.batchesAtATime = max(1, Int(saturating: share.rounded(.down)))
            return strain
        }
    }
}
