internal import Mongo

/// Who is logged in on a connection, and what the server lets them do.
struct AccessFacts: Sendable {
    /// A user, and the database that knows it.
    struct User: Sendable, Equatable {
        /// The user's name.
        var name: String
        /// Where the user was made; names are unique in one database.
        var database: String
    }

    /// Actions on a resource, as the server grants them.
    struct Grant: Sendable {
        /// The database; empty for all of them.
        var database: String
        /// The collection; empty for all that are not the server's own.
        var collection: String
        /// Everything, the server's own collections too.
        var isAnyResource = false
        /// What may be done.
        var actions: Set<String>

        /// Whether the grant is about a collection.
        fileprivate func covers(_ namespace: Namespace) -> Bool {
            if isAnyResource { return true }
            return (database.isEmpty || database.isExactly(namespace.database))
                && (collection.isEmpty || collection.isExactly(namespace.collection))
        }

        /// Whether the grant is about a database as a whole.
        fileprivate func covers(database name: String) -> Bool {
            isAnyResource || collection.isEmpty && (database.isEmpty || database.isExactly(name))
        }
    }

    /// The first user that is logged in.
    var user: User?
    /// Whether the server asks for privileges at all.
    var isControlled = false
    /// What it has granted.
    var grants: [Grant] = []

    /// Those of the actions on a collection that are not granted, in their order.
    func missing(_ actions: [String], on namespace: Namespace) -> [String] {
        missing(actions) { $0.covers(namespace) }
    }

    /// Those of the actions on a database that are not granted, in their order.
    func missing(_ actions: [String], onDatabase name: String) -> [String] {
        missing(actions) { $0.covers(database: name) }
    }

    private func missing(_ actions: [String], _ isCovered: (Grant) -> Bool) -> [String] {
        guard isControlled else { return [] }
        var granted = grants.filter(isCovered).reduce(into: Set<String>()) { $0.formUnion($1.actions) }
        // Who may insert may create the collection, since an insert does.
        if granted.contains("insert") { granted.insert("createCollection") }
        return actions.filter { !granted.contains($0) }
    }
}

extension AccessFacts {
    /// Asks the server who is logged in.
    static func read(with client: borrowing Client) throws -> AccessFacts {
        let reply = try client.run(["connectionStatus": 1, "showPrivileges": true], on: "admin", .read)
        return AccessFacts(connectionStatus: reply, isControlled: try isControlled(with: client))
    }

    /// Reads a reply to `connectionStatus`.
    init(connectionStatus reply: BSONDocument, isControlled: Bool) {
        let information = reply["authInfo"]?.document
        let users = information?["authenticatedUsers"]?.array?.compactMap(\.document) ?? []
        let privileges = information?["authenticatedUserPrivileges"]?.array?.compactMap(\.document) ?? []
        self.init(
            user: users.first.map { User(name: $0["user"]?.string ?? "?", database: $0["db"]?.string ?? "?") },
            isControlled: isControlled,
            grants: privileges.compactMap(Grant.init)
        )
    }

    /// A server without access control knows users too, and would tell of privileges that it does not ask for.
    ///
    /// Who may not read its options is under access control.
    private static func isControlled(with client: borrowing Client) throws -> Bool {
        do {
            let options = try client.run(["getCmdLineOpts": 1], on: "admin", .read)["parsed"]?.document
            let security = options?["security"]?.document
            return security?["authorization"]?.string == "enabled" || security?["keyFile"] != nil
                || security?["clusterAuthMode"] != nil
        } catch let error as MongoError where error.kind == .server && !error.isTransient {
            return true
        }
    }
}

extension AccessFacts.Grant {
    /// A privilege of the server's reply.
    ///
    /// nil for one on the cluster, or on the buckets of time-series collections: hotcold needs none of these.
    init?(_ privilege: BSONDocument) {
        guard let resource = privilege["resource"]?.document else { return nil }
        actions = Set(privilege["actions"]?.array?.compactMap(\.string) ?? [])
        isAnyResource = resource["anyResource"]?.bool == true
        guard isAnyResource || resource["db"] != nil && resource["collection"] != nil else { return nil }
        database = resource["db"]?.string ?? ""
        collection = resource["collection"]?.string ?? ""
    }
}

extension MongoShell {
    /// Grants built-in roles on databases to a user.
    static func grant(_ roles: [(role: String, database: String)], to user: AccessFacts.User) -> String {
        let list = roles.map { "{role: \(quoted($0.role)), db: \(quoted($0.database))}" }.joined(separator: ", ")
        return "\(database(user.database)).grantRolesToUser(\(quoted(user.name)), [\(list)])"
    }
}
