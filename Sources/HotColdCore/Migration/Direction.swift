/// Which way documents go.
public enum Direction: String, CaseIterable, Sendable {
    /// From hot to cold.
    case migrate
    /// From cold back to hot.
    case restore
}
