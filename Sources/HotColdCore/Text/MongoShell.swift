internal import Mongo

/// Commands for mongosh, to be copied by operators.
///
/// Names are quoted as JSON strings are: whatever stands in them, a command does to what it names and to nothing else.
enum MongoShell {
    /// `db.getSiblingDB("shop")`.
    static func database(_ name: String) -> String { "db.getSiblingDB(\(quoted(name)))" }

    /// `db.getSiblingDB("shop").getCollection("users")`.
    static func collection(_ namespace: Namespace) -> String {
        "\(database(namespace.database)).getCollection(\(quoted(namespace.collection)))"
    }

    /// Creates an index on fields, ascending.
    ///
    /// - Parameter taken: names that other indexes have: with the name that the server would give it, one that lacks documents
    ///   may be there.
    static func createIndex(on fields: [FieldPath], in namespace: Namespace, besides taken: [String]) -> String {
        let keys = fields.map { "\(quoted($0.description)): 1" }.joined(separator: ", ")
        let usual = fields.map { "\($0)_1" }.joined(separator: "_")
        let name = taken.contains { $0.isExactly(usual) } ? ", {name: \(quoted(usual + "_hotcold"))}" : ""
        return "\(collection(namespace)).createIndex({\(keys)}\(name))"
    }

    /// Drops an index.
    static func dropIndex(_ name: String, of namespace: Namespace) -> String {
        "\(collection(namespace)).dropIndex(\(quoted(name)))"
    }

    /// Changes after how many seconds a TTL index removes documents.
    static func expire(_ index: String, of namespace: Namespace, after seconds: Int64) -> String {
        let change = "{name: \(quoted(index)), expireAfterSeconds: \(seconds)}"
        return
            "\(database(namespace.database)).runCommand({collMod: \(quoted(namespace.collection)), index: \(change)})"
    }

    /// Gives the reusable space in a collection's file back to the disk.
    static func compact(_ namespace: Namespace) -> String {
        "\(database(namespace.database)).runCommand({compact: \(quoted(namespace.collection))})"
    }

    /// Deletes the records of a run.
    static func deleteRecords(of run: String, in namespace: Namespace) -> String {
        "\(collection(namespace)).deleteMany({run: \(quoted(run))})"
    }

    /// A string as it stands in JavaScript.
    static func quoted(_ text: String) -> String { StructuredValue.string(text).json(.compact) }
}
