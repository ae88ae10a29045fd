public import Mongo

/// A policy at a moment, for a server to apply: the same definition as `Policy.evaluate(_:at:)`.
///
/// ```swift
/// let filter = PolicyFilter(policy, at: now)
/// let command: BSONDocument = ["find": "users", "filter": .document(filter.eligible)]
/// ```
public struct PolicyFilter: Hashable, Sendable {
    /// The policy.
    public let policy: Policy
    /// The moments that divide its temperatures.
    public let cutoffs: Cutoffs

    let conditions: PolicyConditions

    /// Fixes a policy at a moment, in milliseconds since 1970.
    ///
    /// - Precondition: the policy has the fields that its kind needs.
    public init(_ policy: Policy, at now: Int64) {
        self.policy = policy
        cutoffs = Cutoffs(policy, at: now)
        conditions = PolicyConditions(policy, cutoffs)
    }

    /// A match filter for the documents of one temperature.
    ///
    /// Every document matches exactly one of the four. Those of cold, hot and warm can use an index on a deciding field; that of unclassified is a full scan.
    public func documents(_ temperature: Temperature) -> BSONDocument { conditions[temperature].matchFilter }

    /// A match filter for cold documents.
    public var cold: BSONDocument { documents(.cold) }
    /// A match filter for hot documents.
    public var hot: BSONDocument { documents(.hot) }
    /// A match filter for warm documents.
    public var warm: BSONDocument { documents(.warm) }
    /// A match filter for unclassified documents.
    public var unclassified: BSONDocument { documents(.unclassified) }

    /// A match filter for the documents that may move: cold ones that match the policy's `filter` and don't match its
    /// `exclude`.
    public var eligible: BSONDocument {
        let admission = policy.admission
        return admission.isEmpty ? cold : ["$and": .array([.document(cold)] + admission)]
    }

    /// The field whose index gives the oldest first: the date where it decides, else the last access.
    public var sortField: FieldPath { policy.sortField }

    /// Judges one document in memory.
    public func evaluate(_ document: BSONDocument) -> Evaluation {
        Evaluation(of: document, by: policy, cutoffs, conditions)
    }
}

extension Policy {
    /// Judges one document in memory at a moment, in milliseconds since 1970.
    ///
    /// For many documents make a `PolicyFilter` once.
    ///
    /// - Precondition: the policy has the fields that its kind needs.
    public func evaluate(_ document: BSONDocument, at now: Int64) -> Evaluation {
        PolicyFilter(self, at: now).evaluate(document)
    }
}
