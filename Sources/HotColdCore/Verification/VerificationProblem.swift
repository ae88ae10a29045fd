public import Mongo

/// A document that is not as it should be, and why.
public struct VerificationProblem: Sendable {
    /// What is wrong with it.
    public enum Kind: String, Sendable {
        /// In both tiers, with the same bytes.
        case identical
        /// In both tiers, with different bytes.
        case different
        /// In both tiers, since a run died.
        case leftover
        /// The target has it with other bytes than those that the run moved.
        case changed
        /// It is in neither tier.
        case deleted
        /// It was moved back, or is in the source again: no fault, but no longer where the run moved it.
        case movedBack = "moved_back"
        /// A record of the journal that contradicts itself.
        case damagedRecord = "damaged_record"
    }

    /// The document, or the record.
    public var id: BSONValue
    /// What is wrong with it.
    public var kind: Kind
    /// Why, in a sentence for the operator.
    public var reason: String

    /// Creates a problem.
    public init(id: BSONValue, kind: Kind, reason: String) {
        self.id = id
        self.kind = kind
        self.reason = reason
    }
}
