/// A collection in a database, as MongoDB's manual calls the pair; equal by its bytes.
public struct Namespace: Hashable, Sendable, CustomStringConvertible {
    /// The database's name.
    public let database: String
    /// The collection's name; it may hold dots.
    public let collection: String

    /// Creates a namespace.
    public init(database: String, collection: String) {
        self.database = database
        self.collection = collection
    }

    /// Reads `database.collection`; nil where there is no dot.
    public init?(_ name: String) {
        guard let dot = name.firstIndex(of: ".") else { return nil }
        self.init(database: String(name[..<dot]), collection: String(name[name.index(after: dot)...]))
    }

    /// Compares bytes.
    public static func == (one: Namespace, other: Namespace) -> Bool {
        one.database.isExactly(other.database) && one.collection.isExactly(other.collection)
    }

    /// Hashes bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(ExactName(database))
        hasher.combine(ExactName(collection))
    }

    /// `database.collection`.
    public var description: String { "\(database).\(collection)" }
}
