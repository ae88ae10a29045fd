internal import Mongo

/// What is left in its targets of what all runs of some days moved.
public struct JournalProof: Sendable {
    /// How many days back.
    public let days: Int
    /// The runs, the oldest first.
    public internal(set) var runs: [RunProof] = []

    init(days: Int) { self.days = days }

    /// Whether nothing is wrong.
    public var isSound: Bool { runs.allSatisfy { $0.parts.allSatisfy(\.isSound) } }

    /// What the runs moved of one collection together.
    public struct Sum: Sendable, Equatable {
        /// The entry's name at the time.
        public let collection: String
        /// Runs that moved something.
        public var runs = 0
        /// Documents whose records are there.
        public var recorded = 0
        /// Still in the target, byte for byte.
        public var intact = 0
        /// Moved again since, or in the source again; and copies that were moved for good since.
        public var movedOn = 0
    }

    /// The sums by collections, in the order of the runs.
    public var sums: [Sum] {
        var sums: [Sum] = []
        for part in runs.flatMap(\.parts) where part.recorded > 0 || part.moved > 0 {
            let index = sums.firstIndex { $0.collection.isExactly(part.collection) } ?? sums.endIndex
            if index == sums.endIndex { sums.append(Sum(collection: part.collection)) }
            sums[index].runs += 1
            sums[index].recorded += part.recorded
            sums[index].intact += part.intact
            sums[index].movedOn += part.movedBack + part.released
        }
        return sums
    }

    /// The proof as `--json` prints it: its `journal`.
    public var structured: StructuredValue {
        ["days": .int(days), "sound": .bool(isSound), "runs": .array(runs.map(\.structured))]
    }
}
