/// A collection in a database, as MongoDB's manual calls the pair.
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

    /// `database.collection`.
    public var description: String { "\(database).\(collection)" }
}
