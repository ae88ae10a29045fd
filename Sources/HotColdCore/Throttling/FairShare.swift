/// How much of a server a run takes when others want it too.
///
/// A run may have a server to itself, and one with processors to spare has time for everybody. But where others ask for
/// something and the server's processors are busy, a run works with one batch at a time and for half of its time; each
/// time that is still too much, for half of it again, and otherwise for a little more, until it may try all that it has
/// (additive increase, multiplicative decrease, by which connections share a network fairly: Chiu and Jain, 1989).
///
/// What others wait for can't be measured by a command of ours: one that asks for little and seldom is served at once.
struct FairShare {
    /// Others that ask for less are monitors and shells.
    private static let leastOperations = 20.0  // A second.

    /// A look is a second: after one too many, a run comes back to all of its movers in fifty.
    private static let increase = 0.01
    /// Where nobody else is left, in five.
    private static let increaseAlone = 0.1
    private static let decrease = 0.5
    private static let leastShare = 0.1

    /// From where on the processors are busy, of all that they could do.
    private let limit: Double
    /// The share of its time that the run may work, a batch at a time; nil where it may use all that it has.
    private var share: Double?
    private var detail = ""

    /// - Parameter limit: from where on the server's processors are busy, of all that they could do.
    init(limit: Double) { self.limit = limit }

    /// Takes note of a look.
    mutating func learn(_ load: ServerLoad) {
        guard let others = load.otherOperations, let busy = load.busyProcessors else { return }
        let areOthersThere = others >= Self.leastOperations
        if areOthersThere, busy > limit {
            share = max(Self.leastShare, Self.decrease * (share ?? 1))
            detail = """
                \(load.server.sentenceName) keeps its processors \(busy.percent) busy (limit \(limit.percent)), and \
                others ask it for \(Int(saturating: others).grouped) operations a second
                """
        } else if let worked = share {
            let more = worked + (areOthersThere ? Self.increase : Self.increaseAlone)
            share = more < 1 ? more : nil
        }
    }

    /// What it asks of the run.
    var strain: Strain? { share.map { Strain(.otherClients, workShare: $0, detail) } }
}
