/// The two seats of one mover: `{epoch, done, landed, fenced}` on hot and `{batch, ids, undo}` on cold.
struct ModelSeat {
    /// Everything in one word.
    var bits: UInt64 = 0

    /// The hot seat exists.
    var isOnHot: Bool {
        get { bits.flag(0) }
        set { bits.setFlag(0, newValue) }
    }
    /// The epoch under which the seats were made.
    var epoch: UInt64 {
        get { bits.field(1, 7) }
        set { bits.set(1, 7, newValue) }
    }
    /// The number of the mover's last batch that was committed on hot, in either direction.
    var done: UInt64 {
        get { bits.field(4, 7) }
        set { bits.set(4, 7, newValue) }
    }
    /// Recovery has fenced it: no commit from now on.
    var isFenced: Bool {
        get { bits.flag(7) }
        set { bits.setFlag(7, newValue) }
    }
    /// The cold seat exists.
    var isOnCold: Bool {
        get { bits.flag(8) }
        set { bits.setFlag(8, newValue) }
    }
    /// The batch for which the mover last wrote to cold.
    var batch: UInt64 {
        get { bits.field(9, 7) }
        set { bits.set(9, 7, newValue) }
    }
    /// The documents whose cold bytes the mover has put there for that batch, a bit each.
    var copied: UInt64 {
        get { bits.field(12, 3) }
        set { bits.set(12, 3, newValue) }
    }

    /// The documents whose copies are in quarantine until somebody has looked for them on hot, a bit each.
    var pending: UInt64 {
        get { bits.field(30, 3) }
        set { bits.set(30, 3, newValue) }
    }

    /// The mover may still commit.
    var isOpen: Bool { isOnHot && !isFenced }

    /// The digest of what a restore's last batch has put into hot.
    func landed(_ document: Int) -> ModelVersion { document == 0 ? bits.field(14, 15) : bits.field(18, 15) }

    /// Records what a restore has put into hot.
    mutating func setLanded(_ document: Int, _ version: ModelVersion) {
        bits.set(document == 0 ? 14 : 18, 15, version)
    }

    /// What cold had before the mover's copy.
    func undo(_ document: Int) -> ModelVersion { document == 0 ? bits.field(22, 15) : bits.field(26, 15) }

    /// Records what a copy has replaced, and that there is a copy.
    mutating func setCopied(_ document: Int, undo version: ModelVersion) {
        bits.setFlag(document == 0 ? 12 : 13, true)
        bits.set(document == 0 ? 22 : 26, 15, version)
    }

    /// Forgets a copy, because it was taken back.
    mutating func clearCopied(_ document: Int) {
        bits.setFlag(document == 0 ? 12 : 13, false)
        bits.set(document == 0 ? 22 : 26, 15, .none)
    }

    /// Forgets all copies.
    mutating func clearCopied() {
        clearCopied(0)
        clearCopied(1)
    }

    /// Removes the cold seat.
    mutating func removeFromCold() {
        isOnCold = false
        batch = 0
        clearCopied()
    }
}
