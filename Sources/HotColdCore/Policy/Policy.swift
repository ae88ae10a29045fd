public import Mongo

/// When a document is cold: the rule that decides what leaves the hot tier.
///
/// A value without a clock. `evaluate(_:at:)` judges one document in memory; `PolicyFilter` says the same to a
/// server. Both are made from one definition, and a property test holds them together.
public struct Policy: Hashable, Sendable {
    /// Which of a document's dates decide.
    public enum Kind: String, CaseIterable, Sendable {
        /// The age alone.
        case timeBased = "time_based"
        /// The last access alone.
        case accessBased = "access_based"
        /// Both: cold is what is old and not used.
        case hybrid
    }

    /// How a date is written in the documents.
    public enum DateType: String, CaseIterable, Sendable {
        /// A BSON date.
        case date
        /// An ISO-8601 string; UTC where it names no zone.
        case iso8601
        /// Seconds since 1970: int32, int64 or finite double.
        case epochSeconds = "epoch_seconds"
        /// Milliseconds since 1970: int32, int64 or finite double.
        case epochMillis = "epoch_millis"
        /// The creation time inside an ObjectId, which has a resolution of one second.
        case objectID = "object_id"
    }

    /// What a missing or null access field means.
    public enum MissingAccess: String, CaseIterable, Sendable {
        /// The document is unclassified and stays where it is.
        case keep
        /// It counts as accessed at its date field.
        case useDate = "use_date"
    }

    /// Which dates decide.
    public var kind: Kind
    /// The field that holds a document's date, as a dotted path; time_based and hybrid need it.
    public var dateField: FieldPath?
    /// The field that holds the last access, as a dotted path; access_based and hybrid need it.
    public var accessField: FieldPath?
    /// How both are written.
    public var dateType: DateType
    /// What a missing or null access field means.
    public var missing: MissingAccess
    /// A document at most this old is hot, in days of 24 h.
    public var hotThresholdDays: Int
    /// A document older than this is cold, in days of 24 h; never less than `hotThresholdDays`.
    public var coldThresholdDays: Int
    /// A document idle for longer than this may be cold, in days of 24 h.
    public var hotAccessDays: Int
    /// Only documents that match move.
    public var filter: BSONDocument?
    /// Documents that match never move.
    public var exclude: BSONDocument?

    /// Creates a policy; `Configuration` has checked that the kind has the fields it needs.
    public init(
        kind: Kind,
        dateField: FieldPath? = nil,
        accessField: FieldPath? = nil,
        dateType: DateType = .date,
        missing: MissingAccess = .keep,
        hotThresholdDays: Int = 90,
        coldThresholdDays: Int = 90,
        hotAccessDays: Int = 30,
        filter: BSONDocument? = nil,
        exclude: BSONDocument? = nil
    ) {
        self.kind = kind
        self.dateField = dateField
        self.accessField = accessField
        self.dateType = dateType
        self.missing = missing
        self.hotThresholdDays = hotThresholdDays
        self.coldThresholdDays = coldThresholdDays
        self.hotAccessDays = hotAccessDays
        self.filter = filter
        self.exclude = exclude
    }
}
