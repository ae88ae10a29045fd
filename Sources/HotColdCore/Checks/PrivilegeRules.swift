internal import Mongo

/// What the user of a connection may not do although hotcold does it.
enum PrivilegeRules {
    /// One finding for each database and each thing that can't be done, with the role that allows it.
    ///
    /// None where nobody is logged in, which is found of the server.
    static func findings(_ needs: [PrivilegeNeed], _ access: AccessFacts) -> [Finding] {
        guard let user = access.user else { return [] }
        return [PrivilegeNeed.Purpose.migrate, .keepJournal, .migrateSome, .restore, .settle].flatMap { purpose in
            var missing = MissingActions()
            for need in needs where need.purpose == purpose { missing.add(access.missing(need), on: need.resource) }
            return missing.databases.map { database in
                Finding(
                    purpose.severity,
                    .missingPrivilege,
                    "user \(user.name) of \(user.database) lacks \(missing.text(in: database))",
                    meaning: purpose.failure,
                    remedy: "grant the role \(purpose.role) on \(database), or these actions by a role of your own",
                    command: MongoShell.grant([(purpose.role, database)], to: user)
                )
            }
        }
    }

    /// `user op of shop lacks find on shop.users; insert on shop.a and shop.b`, the first four where they are many.
    ///
    /// nil where nothing is missing, and where nobody is logged in.
    static func lack(_ needs: [PrivilegeNeed], _ access: AccessFacts) -> String? {
        guard let user = access.user else { return nil }
        var missing = MissingActions()
        for need in needs { missing.add(access.missing(need), on: need.resource) }
        let clauses = missing.databases.flatMap { missing.clauses(in: $0) }
        guard !clauses.isEmpty else { return nil }
        let more = clauses.count > 4 ? "; and more" : ""
        return "user \(user.name) of \(user.database) lacks \(clauses.prefix(4).joined(separator: "; "))\(more)"
    }
}

/// Actions that are not granted, each resource once.
private struct MissingActions {
    private var resources: [(resource: PrivilegeNeed.Resource, actions: [String])] = []

    mutating func add(_ actions: [String], on resource: PrivilegeNeed.Resource) {
        guard !actions.isEmpty else { return }
        if let index = resources.firstIndex(where: { $0.resource == resource }) {
            resources[index].actions += actions.filter { !resources[index].actions.contains($0) }
        } else {
            resources.append((resource, actions))
        }
    }

    /// The databases of the resources, in their order.
    var databases: [String] {
        resources.map(\.resource.database).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// `find on shop.users; insert, update on shop.a and shop.b`: what lacks the same is named together.
    func text(in database: String) -> String { clauses(in: database).joined(separator: "; ") }

    /// The parts of that text.
    func clauses(in database: String) -> [String] {
        var groups: [(actions: [String], names: [String])] = []
        for (resource, actions) in resources where resource.database.isExactly(database) {
            if let index = groups.firstIndex(where: { $0.actions == actions }) {
                groups[index].names.append(resource.name)
            } else {
                groups.append((actions, [resource.name]))
            }
        }
        return groups.map { group in
            let last = group.names.suffix(2).joined(separator: " and ")
            let names = (group.names.dropLast(2) + [last]).joined(separator: ", ")
            return "\(group.actions.joined(separator: ", ")) on \(names)"
        }
    }
}

extension AccessFacts {
    /// The actions of a need that are not granted.
    fileprivate func missing(_ need: PrivilegeNeed) -> [String] {
        switch need.resource {
        case .collection(let namespace): missing(need.actions, on: namespace)
        case .database(let name): missing(need.actions, onDatabase: name)
        }
    }
}

extension PrivilegeNeed.Resource {
    fileprivate var database: String {
        switch self {
        case .collection(let namespace): namespace.database
        case .database(let name): name
        }
    }

    fileprivate var name: String {
        switch self {
        case .collection(let namespace): namespace.description
        case .database(let name): name
        }
    }
}

extension PrivilegeNeed.Purpose {
    fileprivate var severity: Finding.Severity {
        switch self {
        case .migrate, .keepJournal: .error
        case .migrateSome, .restore: .warning
        case .settle: .notice
        }
    }

    /// The least built-in role that has all the actions of the purpose.
    fileprivate var role: String {
        switch self {
        case .migrate, .migrateSome, .restore: "readWrite"
        case .keepJournal, .settle: "dbAdmin"
        }
    }

    fileprivate var failure: String {
        switch self {
        case .migrate: "a migration fails"
        case .keepJournal:
            "a migration fails, since it has to change the journal's expiry to the configured journal_days"
        case .migrateSome: "a migration fails at documents with an empty timestamp, or that were copied before"
        case .restore: "a restore fails"
        case .settle: "what a run that died had replaced in the archive can't be put back by this user"
        }
    }
}
