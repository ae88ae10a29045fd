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
    static func createIndex(on fields: [FieldPath], in namespace: Namespace) -> String {
        let keys = fields.map { "\(quoted($0.description)): 1" }.joined(separator: ", ")
        return "\(collection(namespace)).createIndex({\(keys)})"
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
