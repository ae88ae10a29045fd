internal import Mongo

/// How well indexes serve a policy.
enum IndexRules {
    /// What a plan has found out about indexes.
    ///
    /// - Parameters:
    ///   - serving: the index that serves the policy's selection.
    ///   - indexes: the names of all indexes.
    ///   - leading: an index on the field that orders documents which nevertheless can't give the order.
    static func findings(
        _ namespace: Namespace,
        _ policy: Policy,
        serving: String?,
        among indexes: [String],
        withoutOrder leading: String? = nil
    ) -> [Finding] {
        guard let serving else {
            return [
                Finding(
                    .warning,
                    .noIndex,
                    on: namespace,
                    "no index serves the policy",
                    meaning: "every document of \(namespace) is looked at",
                    remedy: "create one; the server builds it while the collection is in use",
                    command: MongoShell.createIndex(on: policy.fieldsToIndex, in: namespace, besides: indexes)
                )
            ]
        }
        guard let leading else { return [] }
        return [
            Finding(
                .notice,
                .indexWithoutOrder,
                on: namespace,
                "index \(leading) can't give the oldest first: some document has an array there, or its collation is another",
                meaning: "documents move in the order of index \(serving), and --limit takes any of them",
                remedy: "see to it that no document has the field in an array, then drop the index and create it again"
            )
        ]
    }
}

extension Policy {
    /// The fields whose indexes, one each or one for all, serve the search for cold documents.
    var fieldsToIndex: [FieldPath] {
        // With use_date either field may decide: one index on both serves both cases.
        kind == .accessBased ? decidingFields.map(\.path) : [sortField]
    }
}
