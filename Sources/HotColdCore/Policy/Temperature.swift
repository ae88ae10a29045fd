/// What a policy says about a document.
public enum Temperature: String, CaseIterable, Sendable {
    /// Young or in use: it stays.
    case hot
    /// Neither hot nor cold yet: it stays.
    case warm
    /// Old, or unused for long: it moves.
    case cold
    /// A field that decides is missing or holds no date: it stays, and is counted.
    case unclassified
}
