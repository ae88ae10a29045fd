/// What it means that both tiers have an `_id`.
public enum OverlapKind: String, CaseIterable, Sendable {
    /// The same bytes twice, and no run says that it should be so.
    case identical
    /// Two different documents: nothing proves which of them is right.
    case different
    /// The same bytes twice, as a copy-only run left them or the configuration wants them.
    case copy
    /// A copy as a copy-only run has left it in cold, whose document in hot has changed since.
    case staleCopy = "stale_copy"
    /// A run at work has it in hand.
    case inProgress = "in_progress"
    /// A run that is gone has left it half-way.
    case leftover

    /// Judges one.
    ///
    /// - Parameters:
    ///   - areIdentical: whether the tiers have the same bytes.
    ///   - isCopy: whether a copy-only run's copy of it is on record.
    ///   - isUntouched: whether cold has the copy as such a run has left it.
    ///   - keepsOriginals: whether migrations of the collection delete nothing, by its configuration.
    ///   - isInHand: whether a run has it in hand.
    ///   - isRunAlive: whether that run is at work.
    init(
        areIdentical: Bool,
        isCopy: Bool,
        isUntouched: Bool,
        keepsOriginals: Bool,
        isInHand: Bool,
        isRunAlive: Bool
    ) {
        self =
            switch (isInHand, areIdentical) {
            case (true, _): isRunAlive ? .inProgress : .leftover
            case (false, true): isCopy || keepsOriginals ? .copy : .identical
            case (false, false): isCopy && isUntouched ? .staleCopy : .different
            }
    }

    /// Whether it is something that should not be.
    public var isProblem: Bool {
        switch self {
        case .identical, .different, .leftover: true
        case .copy, .staleCopy, .inProgress: false
        }
    }
}
