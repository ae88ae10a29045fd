internal import Mongo

/// A dotted path to a field, such as `profile.last_login`.
public struct FieldPath: Hashable, Sendable, CustomStringConvertible {
    /// The names from the outermost field inwards; never empty.
    public let components: [String]

    /// Parses a dotted path; nil where it is empty, has an empty component, a NUL, or a component that starts with `$`.
    public init?(_ text: String) {
        let components = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard components.allSatisfy({ !$0.isEmpty && !$0.hasPrefix("$") && !$0.utf8.contains(0) }) else { return nil }
        self.components = components
    }

    /// Compares bytes.
    public static func == (one: FieldPath, other: FieldPath) -> Bool { one.description.isExactly(other.description) }

    /// Hashes bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(ExactName(description)) }

    /// The path as it is written in a query.
    public var description: String { components.joined(separator: ".") }

    /// The paths of the documents that enclose the field, outermost first: for `a.b.c`, `a` and `a.b`.
    public var enclosing: [String] {
        components.indices.dropFirst().map { components[..<$0].joined(separator: ".") }
    }
}
