public import Mongo

/// What a run will do with one collection, decided before it does anything.
///
/// `--dry-run` prints it; the migrator consumes the same value, so that what was shown is what happens.
public struct MigrationPlan: Sendable {
    /// How the source is read.
    public enum ScanOrder: Sendable, Equatable {
        /// Along an index on the policy's field: oldest first.
        case oldestFirst(index: String, field: FieldPath)
        /// Along the index on `_id`, so that what lies together moves together: most of the collection moves.
        ///
        /// Dates of last access are in another order than the documents. Oldest first, each batch of them would touch
        /// pages all over both collections: 17,800 documents a second where this moves 25,900 (`docs/performance.md`).
        /// What changed meanwhile is few, and found along the index on the policy's field.
        case byID(index: String, field: FieldPath)
        /// As the server likes: there is no index that gives the order without sorting.
        case natural
    }

    /// Whether and how the target has to be made.
    public enum Target: Sendable {
        /// It is there.
        case exists
        /// It will be created with these options of the `create` command.
        case create(BSONDocument)
    }

    /// The entry of the configuration.
    public var collection: CollectionConfiguration
    /// Which way.
    public var direction: Direction
    /// What the tiers' deployments are to each other.
    public var topology: Topology
    /// The time that ages are counted from, in milliseconds since 1970 UTC.
    public var asOf: Int64
    /// The server's clock.
    public var clock: ServerClock
    /// Which documents move, as a filter for the source.
    public var selection: BSONDocument
    /// How the source is read.
    public var order: ScanOrder
    /// The index that serves the selection; nil where every document is looked at.
    public var servingIndex: String?
    /// Documents in a batch, which is one transaction.
    public var batchSize: Int
    /// Whether the target has to be made.
    public var target: Target
    /// What would move and what not.
    public var census: Census
    /// All documents of the source, by the server's count; nil where only some of them are looked at.
    public var sourceDocuments: Int?
    /// Ids that the operator named and that the source does not have.
    public var missingIDs: [String]
    /// What may surprise.
    public var warnings: [String]
    /// What stands against running it; empty for a plan that can run.
    public var refusals: [MigrationError]
    /// Whether it is far beyond the usual, so that those after it are not to be measured by it.
    public var isUnusual = false
    /// Whether it moves documents with dates that are hardly meant.
    var hasEarlyDates = false
    /// Why the operator has to confirm it before it can run; nil where nothing is unusual, or it is confirmed.
    public var objection: String?
    /// What to do where its archive was moved on purpose; nil where it was not moved.
    var adoption: AdoptionAdvice?
    /// How the run goes about it.
    public var options: MoveOptions
    /// What the server knows the two collections by; nil for one that is not there yet.
    var uuids: (hot: BSONValue?, cold: BSONValue?) = (nil, nil)

    /// The namespace that documents leave.
    public var source: Namespace { direction == .migrate ? collection.hot : collection.cold }
    /// The namespace that they go to.
    public var destination: Namespace { direction == .migrate ? collection.cold : collection.hot }
    /// The ids that were asked for in vain, as problems for the report.
    var missingProblems: [MoveProblem] {
        missingIDs.map {
            MoveProblem(id: .string($0), kind: .notFound, reason: "\(source) has no document of this _id")
        }
    }

    /// What it comes to, for the log.
    var summary: String {
        let way =
            switch order {
            case .oldestFirst(let index, _): "oldest first along the index \(index)"
            case .byID: "by _id, since most of the collection moves"
            case .natural: servingIndex.map { "found by the index \($0)" } ?? "by a look at every document"
            }
        let made = if case .create = target { ", which it makes" } else { "" }
        return
            "\(collection.name): planned: \(census.eligible.grouped) documents from \(source) to \(destination)\(made),"
            + " \(way), in batches of \(batchSize.grouped); held \(census.held.grouped)"
    }

    /// Documents that a run would move: what is eligible, no more than the limit.
    public var wouldMove: Int { min(census.eligible, options.limit ?? .max) }

    /// Adds a reason why the operator has to confirm it.
    mutating func object(_ reason: String) { objection = objection.map { "\($0); \(reason)" } ?? reason }

    /// What the policy calls cold, with what is on hold; nil where only some documents are looked at.
    var cold: Int? { sourceDocuments.map { _ in census.eligible + census.held } }

    /// What stands against running it as it is.
    var refusal: MigrationError? {
        if let refusal = refusals.first {
            // A source that is not there may be one that was lost: what earlier runs know of it says more.
            guard let objection, case .unsuitable(let reason, let hint) = refusal else { return refusal }
            return .unsuitable(reason: "\(reason); \(objection)", hint: hint)
        }
        return objection.map {
            let confirmation = AdvisedCommand.option("confirm", collection.name)
            return .unsuitable(
                reason: $0,
                hint: (adoption.map { "\($0.sentence); otherwise " } ?? "")
                    + "look at it with --dry-run; if it is meant, say \(confirmation)"
            )
        }
    }

    /// Whether documents are deleted from the source.
    public var deletesSource: Bool { collection.deletesAfterMigration }
}

/// Numbers about a collection at the time of the plan.
public struct Census: Sendable, Equatable {
    /// What matches the selection, less what is held.
    public var eligible = 0
    /// Matches the selection and is held in hot.
    public var held = 0
    /// Bytes of the eligible documents; nil where only a count was taken.
    public var bytes: Int64?
    /// The earliest date among them, in milliseconds since 1970 UTC.
    public var oldest: Int64?
    /// The latest date among them.
    public var newest: Int64?
    /// What stays, by reason; nil where it would have taken a full pass.
    public var staying: Staying?

    /// Documents that stay in hot, by reason.
    public struct Staying: Sendable, Equatable {
        /// Too young, or in use.
        public var hot = 0
        /// Neither hot nor cold.
        public var warm = 0
        /// The deciding field is missing or of an unexpected type.
        public var unclassified = 0
        /// Cold, but kept by `filter` or `exclude`.
        public var filteredOut = 0
    }

    /// Creates an empty census.
    public init() {}
}
