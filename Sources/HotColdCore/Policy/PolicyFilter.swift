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

    private let conditions: PolicyConditions

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
        var parts = [cold]
        if let filter = policy.filter { parts.append(filter) }
        if let exclude = policy.exclude { parts.append(["$nor": [.document(exclude)]]) }
        return parts.count == 1 ? cold : ["$and": .array(parts.map(BSONValue.document))]
    }

    /// An aggregation expression that gives a document's temperature as a string, for one pass over a collection.
    public var temperature: BSONValue {
        // In variables, so that a string is parsed once however often it is compared.
        let names = Dictionary(uniqueKeysWithValues: zip(policy.decidingFields, ["first", "second"]))
        let branches = [Temperature.cold, .hot, .warm].map { temperature -> BSONValue in
            let condition = conditions[temperature].expression { field in
                names[field].map { .string("$$\($0)") } ?? field.moment
            }
            return ["case": condition, "then": .string(temperature.rawValue)]
        }
        let choice: BSONValue = [
            "$switch": ["branches": .array(branches), "default": .string(Temperature.unclassified.rawValue)]
        ]
        let moments = BSONDocument(names.sorted { $0.value < $1.value }.map { ($0.value, $0.key.moment) })
        return ["$let": ["vars": .document(moments), "in": choice]]
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
