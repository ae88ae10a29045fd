/// What one process remembers between two round trips.
struct ModelRun {
    /// Everything in one word.
    var bits: UInt64 = 0

    /// The round trip that comes next.
    enum Phase: UInt8 {
        case takeLease
        case raiseColdEpoch
        /// Cold has seen its epoch: as the owner of the lease it may take a higher one.
        case raiseHotEpoch
        case fence
        case settleCold
        case lookAtHot
        case resolve
        case removeHotSeat
        case makeHotSeat
        case makeColdSeat
        case checkHolds
        case read
        case copy
        case verify
        case commit
        /// The commit was sent and its answer was lost.
        case commitUnknown
        case probe
        case takeBack
        case readCold
        case land
        case clear
        /// Only with a mutation: believes that the commit did not come, and takes the copies back.
        case misledTakeBack
        /// Only with a mutation: has taken the copies back while the commit is still under way.
        case misled
        case stopped
    }

    /// The round trip that comes next.
    var phase: Phase {
        get { Phase(rawValue: UInt8(truncatingIfNeeded: bits.field(0, 31))) ?? .stopped }
        set { bits.set(0, 31, UInt64(newValue.rawValue)) }
    }
    /// The epoch that its lease has.
    var epoch: UInt64 {
        get { bits.field(5, 7) }
        set { bits.set(5, 7, newValue) }
    }
    /// How many batches were finished, which says whose turn it is among the movers.
    var batch: UInt64 {
        get { bits.field(8, 3) }
        set { bits.set(8, 3, newValue) }
    }
    /// The number of the batch: one more than the `done` that the hot transaction's snapshot has.
    var number: UInt64 {
        get { bits.field(10, 7) }
        set { bits.set(10, 7, newValue) }
    }
    /// How often the batch was tried before.
    var tries: UInt64 {
        get { bits.field(13, 3) }
        set { bits.set(13, 3, newValue) }
    }
    /// The seat being settled.
    var target: UInt64 {
        get { bits.field(15, 3) }
        set { bits.set(15, 3, newValue) }
    }
    /// It has done its batches and settles its own seats.
    var isFinishing: Bool {
        get { bits.flag(17) }
        set { bits.setFlag(17, newValue) }
    }
    /// The documents that `checkHolds` found held, a bit each.
    var held: UInt64 {
        get { bits.field(18, 3) }
        set { bits.set(18, 3, newValue) }
    }
    /// The documents written on hot since the open transaction's snapshot, a bit each.
    var outdated: UInt64 {
        get { bits.field(20, 3) }
        set { bits.set(20, 3, newValue) }
    }
    /// The documents that a restore's open transaction writes on hot, a bit each.
    var inserts: UInt64 {
        get { bits.field(22, 3) }
        set { bits.set(22, 3, newValue) }
    }
    /// The documents that a restore's open transaction has stored damaged, a bit each.
    var damaged: UInt64 {
        get { bits.field(24, 3) }
        set { bits.set(24, 3, newValue) }
    }

    /// The documents of the slice in hand, a bit each; trouble with a batch halves it.
    var slice: UInt64 {
        get { bits.field(34, 3) }
        set { bits.set(34, 3, newValue) }
    }
    /// The documents of the batch's other slice, if that is yet to come.
    var later: UInt64 {
        get { bits.field(36, 3) }
        set { bits.set(36, 3, newValue) }
    }
    /// There may be copies on cold that no commit has confirmed.
    var isUnsettled: Bool {
        get { bits.flag(38) }
        set { bits.setFlag(38, newValue) }
    }
    /// The attempt before met a WriteConflict, so what it read is compared with what is there now.
    var remembers: Bool {
        get { bits.flag(39) }
        set { bits.setFlag(39, newValue) }
    }
    /// The epoch that cold asks for.
    var wanted: UInt64 {
        get { bits.field(40, 7) }
        set { bits.set(40, 7, newValue) }
    }

    /// The documents that `lookAtHot` found, a bit each.
    var present: UInt64 {
        get { bits.field(43, 3) }
        set { bits.set(43, 3, newValue) }
    }

    /// It looks for what is in quarantine of its own batch, before it hands the ids on.
    var isReleasing: Bool {
        get { bits.flag(45) }
        set { bits.setFlag(45, newValue) }
    }

    /// What the batch moves of a document, none if it is left out.
    func moving(_ document: Int) -> ModelVersion { document == 0 ? bits.field(26, 15) : bits.field(30, 15) }

    /// Sets what the batch moves of a document, none to leave it out.
    mutating func setMoving(_ document: Int, _ version: ModelVersion) {
        bits.set(document == 0 ? 26 : 30, 15, version)
    }

    /// The batch has no document left.
    var isEmpty: Bool { bits.field(26, 255) == 0 }
}
