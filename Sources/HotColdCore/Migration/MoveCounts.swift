/// What became of the documents that a run looked at.
///
/// Every document whose fate is decided is in exactly one of `migrated`, `changed`, `vanished`, `held`, `conflicts`
/// and `failed`. How many were looked at the scan counts for itself: see `ScanTally`.
public struct MoveCounts: Sendable, Equatable {
    /// Moved, or found in the target with the same bytes and removed from the source (or copied, in a copy-only run).
    public var migrated = 0
    /// The part of `migrated` whose copy was in the target before.
    public var alreadyInTarget = 0
    /// Copies that were read back and compared byte for byte.
    public var verified = 0
    /// Deleted from the source.
    public var deleted = 0
    /// Changed by somebody while being moved, or no longer cold: left in the source.
    public var changed = 0
    /// Deleted by somebody between scan and move.
    public var vanished = 0
    /// Restored by an operator and held in hot.
    public var held = 0
    /// The target has the `_id` with other bytes: both left where they are.
    public var conflicts = 0
    /// Refused by the target, with a reason for each.
    public var failed = 0

    /// Creates zero counts.
    public init() {}

    /// The documents whose fate is decided.
    public var decided: Int { migrated + changed + vanished + held + conflicts + failed }

    /// Adds the counts of another batch.
    public static func += (left: inout MoveCounts, right: MoveCounts) {
        left.migrated += right.migrated
        left.alreadyInTarget += right.alreadyInTarget
        left.verified += right.verified
        left.deleted += right.deleted
        left.changed += right.changed
        left.vanished += right.vanished
        left.held += right.held
        left.conflicts += right.conflicts
        left.failed += right.failed
    }
}
