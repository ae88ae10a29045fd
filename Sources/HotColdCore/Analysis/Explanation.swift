public import Mongo

/// Why a document is where it is, and when it will move: what `analyze --explain` says.
public struct Explanation: Sendable {
    /// A run's record of moving it.
    public struct Move: Sendable, Equatable {
        /// The run.
        public var run: String
        /// Which way.
        public var direction: Direction
        /// When, in milliseconds since 1970 UTC.
        public var committedAt: Int64
        /// Whether the original stayed where it was.
        public var isCopy: Bool
    }

    /// When a migration takes it.
    public enum Prospect: Sendable, Equatable {
        /// The next one does.
        case now
        /// One after this time does, in milliseconds since 1970 UTC, if nothing changes.
        case after(Int64)
        /// None does, for this reason, if nothing changes.
        case never(String)
    }

    /// The entry of the configuration.
    public var collection: CollectionConfiguration
    /// The document's `_id`.
    public var id: BSONValue
    /// Whether it is in the hot collection.
    public var isHot: Bool
    /// Whether it is in the archive.
    public var isCold: Bool
    /// What the policy says about it, as it is in the hot collection, or else in the archive; nil where it is in neither.
    public var evaluation: Evaluation?
    /// Whether it matches the policy's `filter`; nil without one.
    public var matchesFilter: Bool?
    /// Whether it matches the policy's `exclude`; nil without one.
    public var matchesExclude: Bool?
    /// Until when it is held in hot after a restore, in milliseconds since 1970 UTC; nil where it is not.
    public var heldUntil: Int64?
    /// The records of its moves, newest first; they are kept for `journal_days`.
    public var moves: [Move]
    /// Whether there are older records than these.
    public var hasEarlierMoves = false

    /// When a migration takes it.
    public var prospect: Prospect {
        guard isHot, let evaluation else {
            return .never(isCold ? "it is in the archive" : "it is in neither collection")
        }
        if evaluation.temperature == .unclassified { return .never("the policy can't classify it") }
        if matchesFilter == false { return .never("it does not match the policy's filter") }
        if matchesExclude == true { return .never("it matches the policy's exclude") }
        guard
            let cold = evaluation.findings.reduce(
                Int64?.some(.min),
                { latest, finding in
                    latest.flatMap { latest in finding.coldAfter(collection.policy).map { max(latest, $0) } }
                }
            )
        else { return .never("a threshold lies beyond all dates") }
        let moment = max(cold, heldUntil ?? .min)
        let isDue = evaluation.temperature == .cold && heldUntil == nil
        return isDue ? .now : .after(moment)
    }
}

extension Evaluation.Finding {
    /// From when on the field alone does not keep the document hot or warm, in milliseconds since 1970; nil for never.
    fileprivate func coldAfter(_ policy: Policy) -> Int64? {
        guard let moment = standIn?.found.moment ?? found.moment else { return nil }
        let (days, tooFar) = Int64(thresholdDays(policy)).multipliedReportingOverflow(by: 86_400_000)
        let (after, tooLate) = moment.addingReportingOverflow(days)
        return tooFar || tooLate ? nil : after
    }

    /// The threshold beyond which the field calls the document cold, in days.
    func thresholdDays(_ policy: Policy) -> Int {
        switch role {
        case .date: policy.coldThresholdDays
        case .access: policy.hotAccessDays
        }
    }

    /// The key of that threshold in the configuration.
    var thresholdKey: String {
        switch role {
        case .date: "cold_threshold_days"
        case .access: "hot_access_days"
        }
    }
}
