/// Everything that the clusters, the movers and the judge know at one moment, in a few small integers.
///
/// A model test looks at hundreds of thousands of these without optimisation, so every part is a word of bit fields and
/// an element is chosen by a `switch`: no array, no allocation.
struct ModelWorld: Equatable {
    /// Epochs, the application's budget, broken holds.
    var shared = ModelShared()
    private var x = ModelDocument()
    private var y = ModelDocument()
    private var seat0 = ModelSeat()
    private var seat1 = ModelSeat()
    private var seat2 = ModelSeat()
    private var seat3 = ModelSeat()
    private var run0 = ModelRun()
    private var run1 = ModelRun()
    private var run2 = ModelRun()

    /// The most documents a world has room for.
    static let documentLimit = 2
    /// The most seats a world has room for.
    static let seatLimit = 4
    /// The most runs a world has room for.
    static let runLimit = 3

    /// One of the documents, 0 for x and 1 for y.
    subscript(document index: Int) -> ModelDocument {
        get { index == 0 ? x : y }
        set { if index == 0 { x = newValue } else { y = newValue } }
    }

    /// The hot and the cold seat of one mover.
    subscript(seat index: Int) -> ModelSeat {
        get {
            switch index {
            case 0: seat0
            case 1: seat1
            case 2: seat2
            default: seat3
            }
        }
        set {
            switch index {
            case 0: seat0 = newValue
            case 1: seat1 = newValue
            case 2: seat2 = newValue
            default: seat3 = newValue
            }
        }
    }

    /// What one process knows.
    subscript(run index: Int) -> ModelRun {
        get {
            switch index {
            case 0: run0
            case 1: run1
            default: run2
            }
        }
        set {
            switch index {
            case 0: run0 = newValue
            case 1: run1 = newValue
            default: run2 = newValue
            }
        }
    }

    /// Where a hash table looks first.
    var mixed: UInt64 {
        var hash = shared.bits &* 0x9E37_79B9_7F4A_7C15
        hash = (hash ^ (hash &>> 29) ^ x.bits ^ (y.bits &<< 32)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash &>> 31) ^ seat0.bits ^ (seat1.bits &<< 32)) &* 0x94D0_49BB_1331_11EB
        hash = (hash ^ (hash &>> 29) ^ seat2.bits ^ (seat3.bits &<< 32)) &* 0x9E37_79B9_7F4A_7C15
        hash = (hash ^ (hash &>> 31) ^ run0.bits) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash &>> 29) ^ run1.bits) &* 0x94D0_49BB_1331_11EB
        hash = (hash ^ (hash &>> 31) ^ run2.bits) &* 0x9E37_79B9_7F4A_7C15
        return hash ^ (hash &>> 32)
    }

    static func == (one: ModelWorld, other: ModelWorld) -> Bool {
        one.run0.bits == other.run0.bits && one.run1.bits == other.run1.bits && one.run2.bits == other.run2.bits
            && one.seat0.bits == other.seat0.bits && one.seat1.bits == other.seat1.bits
            && one.seat2.bits == other.seat2.bits && one.seat3.bits == other.seat3.bits
            && one.x.bits == other.x.bits && one.y.bits == other.y.bits && one.shared.bits == other.shared.bits
    }
}

/// The bytes of a document as a number, 0 for no document; a copy that was stored damaged has `damage` in it.
typealias ModelVersion = UInt64

extension ModelVersion {
    /// No document.
    static let none: ModelVersion = 0
    /// Turns a version into the damaged copy of it.
    static let damage: ModelVersion = 8
}

/// A document in both tiers, and what the judge remembers of it.
struct ModelDocument {
    /// Everything in one word.
    var bits: UInt64 = 0

    /// What hot has.
    var hot: ModelVersion {
        get { bits.field(0, 15) }
        set { bits.set(0, 15, newValue) }
    }
    /// What cold has.
    var cold: ModelVersion {
        get { bits.field(4, 15) }
        set { bits.set(4, 15, newValue) }
    }
    /// The newest version that a client was told is written, none after an acknowledged delete.
    var newest: ModelVersion {
        get { bits.field(8, 15) }
        set { bits.set(8, 15, newValue) }
    }
    /// What cold has in its own right beside the newest version in hot: a conflict, or a copy made on purpose.
    var separate: ModelVersion {
        get { bits.field(12, 15) }
        set { bits.set(12, 15, newValue) }
    }
    /// What is in quarantine: a copy that was taken back.
    var quarantined: ModelVersion {
        get { bits.field(17, 15) }
        set { bits.set(17, 15, newValue) }
    }
    /// What hot has under its name while the collection that was meant has another one.
    var otherHot: ModelVersion {
        get { bits.field(21, 15) }
        set { bits.set(21, 15, newValue) }
    }
    /// The same of cold.
    var otherCold: ModelVersion {
        get { bits.field(25, 15) }
        set { bits.set(25, 15, newValue) }
    }
    /// Somebody has deleted it from hot since cold had it: nobody wants it gone.
    var isPurged: Bool {
        get { bits.flag(29) }
        set { bits.setFlag(29, newValue) }
    }
    /// A restore has put a hold on it.
    var held: Bool {
        get { bits.flag(16) }
        set { bits.setFlag(16, newValue) }
    }
}

/// The two locks' epochs, the application's budget, and the judge's note of a broken hold.
struct ModelShared {
    /// Everything in one word.
    var bits: UInt64 = 0

    /// The epoch in the lock on hot: how many runs have taken the lease.
    var hotEpoch: UInt64 {
        get { bits.field(0, 7) }
        set { bits.set(0, 7, newValue) }
    }
    /// The epoch in the lock on cold.
    var coldEpoch: UInt64 {
        get { bits.field(3, 7) }
        set { bits.set(3, 7, newValue) }
    }
    /// How often the application may still write.
    var operations: UInt64 {
        get { bits.field(6, 7) }
        set { bits.set(6, 7, newValue) }
    }
    /// A migrate has deleted a document from hot that was held at that moment.
    var heldDeleted: Bool {
        get { bits.flag(9) }
        set { bits.setFlag(9, newValue) }
    }
    /// How often an operator may still rename a collection.
    var renames: UInt64 {
        get { bits.field(10, 3) }
        set { bits.set(10, 3, newValue) }
    }
    /// The hot collection has another name, and its own name means another one.
    var isHotRenamed: Bool {
        get { bits.flag(12) }
        set { bits.setFlag(12, newValue) }
    }
    /// The same of cold.
    var isColdRenamed: Bool {
        get { bits.flag(13) }
        set { bits.setFlag(13, newValue) }
    }
}

extension UInt64 {
    /// The bits under `mask`, `offset` bits up.
    func field(_ offset: UInt64, _ mask: UInt64) -> UInt64 { (self &>> offset) & mask }

    /// Replaces the bits under `mask`, `offset` bits up.
    mutating func set(_ offset: UInt64, _ mask: UInt64, _ value: UInt64) {
        self = (self & ~(mask &<< offset)) | ((value & mask) &<< offset)
    }

    /// The bit `offset` bits up.
    func flag(_ offset: UInt64) -> Bool { (self &>> offset) & 1 == 1 }

    /// Replaces the bit `offset` bits up.
    mutating func setFlag(_ offset: UInt64, _ value: Bool) { set(offset, 1, value ? 1 : 0) }

    /// The bit of one document in a set of documents.
    func contains(document: Int) -> Bool { flag(UInt64(truncatingIfNeeded: document)) }
}
