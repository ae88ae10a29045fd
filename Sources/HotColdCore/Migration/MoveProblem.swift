public import Mongo

/// One document that was left behind, and why.
public struct MoveProblem: Sendable {
    /// What kind of problem.
    public enum Kind: String, Sendable {
        /// The target holds the `_id` with other bytes.
        case conflict
        /// The target refused the document.
        case failed
        /// The copy read back differs from its source.
        case differingBytes = "differing_bytes"
        /// An id that was asked for and that no document has.
        case notFound = "not_found"
    }

    /// The document.
    public var id: BSONValue
    /// What kind of problem.
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
