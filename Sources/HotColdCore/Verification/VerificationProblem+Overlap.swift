internal import Mongo

extension VerificationProblem {
    /// What is said of an overlap that should not be.
    init(_ overlap: Overlap, in collection: CollectionConfiguration) {
        let (hot, cold) = (overlap.hotBytes, overlap.coldBytes)
        switch overlap.kind {
        case .different:
            var reason = "\(collection.hot) has \(hot) bytes, \(collection.cold) has \(cold) bytes"
            if overlap.pair.hot != overlap.pair.cold {
                reason += ", and writes its _id in another way"
            } else if hot == cold {
                reason += ", other ones; the order of fields counts"
            }
            self.init(id: overlap.pair.hot, kind: .different, reason: reason)
        case .leftover:
            let reason = "run \(overlap.run ?? "?") is gone and has left it in both tiers"
            self.init(id: overlap.pair.hot, kind: .leftover, reason: reason)
        case .identical, .copy, .staleCopy, .inProgress:
            self.init(id: overlap.pair.hot, kind: .identical, reason: "the same \(hot) bytes are in both tiers")
        }
    }

    /// A duplicate that could not be settled.
    static func unsettled(_ id: BSONValue) -> VerificationProblem {
        VerificationProblem(
            id: id,
            kind: .identical,
            reason: "the same bytes are in both tiers, and it was not settled"
        )
    }
}
