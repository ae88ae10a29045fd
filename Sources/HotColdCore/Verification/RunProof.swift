/// What is left in its target of what a run moved.
public struct RunProof: Sendable {
    /// The run.
    public var run: String
    /// What it did with each collection, in the order of the history.
    public var parts: [Part]
    /// Where all problems are written; nil for nowhere.
    var problemLog: ProblemLog? { didSet { for index in parts.indices { parts[index].log(to: problemLog) } } }

    /// Creates a proof.
    public init(run: String, parts: [Part]) {
        self.run = run
        self.parts = parts
    }

    /// What a run moved of one collection, and what became of it.
    public struct Part: Sendable {
        /// The entry's name at the time, or the collection's where the history does not have it.
        public var collection: String
        /// Which way.
        public var direction: Direction
        /// The namespaces, as the journal has them.
        public var source: String
        /// Where the documents were moved to.
        public var target: String
        /// The target as reports call it, with a word where its name means another collection by now.
        var targetInWords = ""
        /// When the run started, in milliseconds since 1970 UTC; nil where the history does not have it.
        public var startedAt: Int64?
        /// How the run ended, as the history says; nil where it does not have it.
        public var outcome: String?
        /// How many documents the history says were moved, or copied.
        public var moved = 0
        /// Documents whose records are there.
        public var recorded = 0
        /// Documents of a copy-only run that were moved for good since: they are other runs' to answer for.
        public var released = 0
        /// Still in the target, byte for byte.
        public var intact = 0
        /// In the target with other bytes.
        public var changed = 0
        /// In neither tier.
        public var deleted = 0
        /// Moved again since, or in the source again.
        public var movedBack = 0
        /// Records of the journal that contradict themselves.
        public var damagedRecords = 0
        /// What is changed, deleted or damaged; of a restore the first two are no faults.
        public var problems = ProblemList()
        /// What was moved back, which is no fault.
        public var returns = ProblemList()

        /// Creates a part of nothing yet.
        public init(collection: String, direction: Direction, source: String, target: String) {
            self.collection = collection
            self.direction = direction
            self.source = source
            self.target = target
        }

        /// Writes all problems to a file.
        mutating func log(to file: ProblemLog?) {
            problems.log = file.map { ($0, collection) }
            returns.log = problems.log
        }

        /// Documents that were moved and are in no record any more: `journal_days` are over.
        public var expired: Int { max(0, moved - recorded) }

        /// Whether the target is proven to hold what the run moved, but for what was moved back.
        public var isProven: Bool { changed + deleted + damagedRecords + expired == 0 }

        /// Whether nothing is wrong: what applications have written to hot since a restore is theirs to write.
        public var isSound: Bool { direction == .restore ? damagedRecords + expired == 0 : isProven }
    }
}
