internal import Mongo

/// What entries and tiers may not be to each other: namespaces that meet lose documents.
///
/// Two connection strings that differ may still lead to one cluster; that is found out with a connection.
struct NamespaceRules {
    let hot: Configuration.Tier
    let cold: Configuration.Tier
    let stateDatabase: String
    let entries: [ConfigurationEntry]

    private var tiersShareServer: Bool { hot.uri == cold.uri }

    func check(state: SettingOrigin, _ reader: inout ConfigurationReader) {
        checkDatabases(state, &reader)
        var hotOwners: [ExactName: ConfigurationEntry] = [:]
        var coldOwners: [ExactName: ConfigurationEntry] = [:]
        for entry in entries {
            checkLength(entry.hotCollection, in: hot, &reader)
            checkLength(entry.coldCollection, in: cold, &reader)
            if let other = hotOwners.updateValue(entry, forKey: ExactName(entry.hotCollection.value)) {
                let message = "the hot collection \(name(entry.hotCollection, hot)) is that of \(other.keyPath) too"
                reader.report(message, entry.hotCollection.origin)
            }
            if let other = coldOwners.updateValue(entry, forKey: ExactName(entry.coldCollection.value)) {
                let message = "the cold collection \(name(entry.coldCollection, cold)) is that of \(other.keyPath) too"
                reader.report(
                    message,
                    entry.coldCollection.origin,
                    hint: "give each entry a cold_collection of its own"
                )
            }
        }
        guard tiersShareServer, hot.database.isExactly(cold.database) else { return }
        for entry in entries {
            guard let owner = hotOwners[ExactName(entry.coldCollection.value)] else { continue }
            let place = name(entry.coldCollection, cold)
            if owner.keyPath.isExactly(entry.keyPath) {
                let message = "hot and cold are the same collection, \(place), on the same server"
                reader.report(
                    message,
                    entry.coldCollection.origin,
                    hint: "archive to another collection or another server"
                )
            } else {
                let message = "the cold collection \(place) is the hot one of \(owner.keyPath)"
                reader.report(
                    message,
                    entry.coldCollection.origin,
                    hint: "an archive can't be a source at the same time"
                )
            }
        }
    }

    private func checkDatabases(_ state: SettingOrigin, _ reader: inout ConfigurationReader) {
        for (tier, role) in [(hot, "hot"), (cold, "cold")]
        where tier.database.lowercased() == stateDatabase.lowercased() {
            let message = "hotcold's own database \"\(stateDatabase)\" can't be the \(role) one too"
            reader.report(message, state, hint: "give another name as state_database")
            return
        }
        let differ = !hot.database.isExactly(cold.database)
        if tiersShareServer, differ, hot.database.lowercased() == cold.database.lowercased() {
            let message =
                "the databases \"\(hot.database)\" and \"\(cold.database)\" differ by case only, which MongoDB refuses"
            reader.report(message, state)
        }
    }

    private func checkLength(
        _ collection: Setting<String>,
        in tier: Configuration.Tier,
        _ reader: inout ConfigurationReader
    ) {
        let length = Namespace(database: tier.database, collection: collection.value).description.utf8.count
        guard length > 255 else { return }
        reader.report(
            "database and collection name have \(length) bytes together, MongoDB takes 255",
            collection.origin
        )
    }

    private func name(_ collection: Setting<String>, _ tier: Configuration.Tier) -> String {
        quotation(of: Namespace(database: tier.database, collection: collection.value).description, limit: 260)
    }
}
