/// What to do with a document whose `_id` the target holds already with different bytes.
public enum ConflictPolicy: String, CaseIterable, Sendable {
    /// Leave both where they are, and say so.
    case skip
    /// The source's version wins.
    case replace
    /// The target's version wins; the source's is deleted.
    case keepTarget = "keep-target"
}
