import Mongo

@testable import HotColdCore

extension CollectionConfiguration {
    /// An entry `logs` of the database `db`, cold after 90 days of `d`.
    static func checked(policy: Policy = .sample(.timeBased), deletes: Bool = true) -> CollectionConfiguration {
        CollectionConfiguration(
            name: "logs",
            hot: Namespace(database: "db", collection: "logs"),
            cold: Namespace(database: "db", collection: "logs_archive"),
            policy: policy,
            deletesAfterMigration: deletes
        )
    }
}

extension ServerFacts {
    /// A replica set without access control, of which everything is known, changed by the closure.
    static func sample(_ server: Finding.Server = .hot, _ change: (inout ServerFacts) -> Void = { _ in }) -> ServerFacts
    {
        var facts = ServerFacts(server: server, address: "mongodb://\(server.rawValue)/")
        facts.version = "6.0.5"
        facts.featureVersion = "6.0"
        change(&facts)
        return facts
    }
}

extension AccessFacts {
    /// A user `op` of `shop` with these grants, on a server with access control.
    static func granted(_ grants: Grant..., isControlled: Bool = true) -> AccessFacts {
        AccessFacts(user: User(name: "op", database: "shop"), isControlled: isControlled, grants: grants)
    }
}

extension FieldSample {
    /// A sample in which the policy's fields hold these contents, that many times.
    static func sample(_ policy: Policy, _ contents: [Content: Int]..., names: [String] = []) -> FieldSample {
        let fields = zip(policy.decidingFields, contents).map { Field(field: $0, counts: $1) }
        let documents = contents.first?.values.reduce(0, +) ?? 0
        return FieldSample(documents: documents, fields: fields, names: names)
    }
}

extension Sequence<Finding> {
    /// Severity and code of each.
    var gist: [String] { map { "\($0.severity.rawValue) \($0.code.rawValue)" } }
}
