internal import Mongo

/// Actions on a collection or a database that commands to a server need.
struct PrivilegeNeed: Hashable, Sendable {
    /// What can't be done without.
    enum Purpose: Sendable {
        /// Moving documents to the archive.
        case migrate
        /// Moving some documents: those with an empty timestamp, those that were only copied before.
        case migrateSome
        /// Changing how long the journal is kept.
        case keepJournal
        /// Bringing them back.
        case restore
        /// Settling what a run had replaced in the archive when it died.
        case settle
    }

    /// What the actions are on.
    enum Resource: Hashable, Sendable {
        /// A collection.
        case collection(Namespace)
        /// A database as a whole.
        case database(String)
    }

    /// What can't be done without.
    let purpose: Purpose
    /// The server's names of the actions.
    let actions: [String]
    /// What they are on.
    let resource: Resource

    /// Creates a need.
    init(_ purpose: Purpose, _ actions: [String], on resource: Resource) {
        self.purpose = purpose
        self.actions = actions
        self.resource = resource
    }
}

/// The privileges that the commands of a migration and a restore need: derived from the commands, and held to them by
/// a test that runs both with exactly these.
///
/// To create a collection the server asks for `insert` or `createCollection`: the second stands here only alone.
enum PrivilegeNeeds {
    /// On a hot collection.
    static func hot(_ entry: CollectionConfiguration) -> [PrivilegeNeed] {
        look(at: entry.hot) + [
            PrivilegeNeed(
                .migrate,
                ["find"] + (entry.deletesAfterMigration ? ["remove"] : []),
                on: .collection(entry.hot)
            ),
            // A document with a top-level Timestamp(0, 0) is put by an update.
            PrivilegeNeed(.restore, ["insert", "update"], on: .collection(entry.hot)),
        ]
    }

    /// On an archive.
    static func cold(_ entry: CollectionConfiguration, _ topology: Topology) -> [PrivilegeNeed] {
        let archive = PrivilegeNeed.Resource.collection(entry.cold)
        let always =
            look(at: entry.cold) + [
                PrivilegeNeed(.migrate, ["find", "insert"], on: archive),
                PrivilegeNeed(.migrateSome, ["update"], on: archive),
            ]
        // Within one cluster what has to go again is rolled back with its transaction; a copy that was made before, and
        // whose original was changed since, goes first.
        guard topology != .oneCluster else {
            return always + [
                PrivilegeNeed(.migrateSome, ["remove"], on: archive), PrivilegeNeed(.restore, ["remove"], on: archive),
            ]
        }
        return always + [
            PrivilegeNeed(.migrate, ["remove"], on: archive),
            PrivilegeNeed(.settle, ["bypassDocumentValidation"], on: archive),
        ]
    }

    /// On the state database of the hot deployment.
    ///
    /// - Parameters:
    ///   - hasTransactions: whether there are transactions on both sides.
    ///   - changesJournal: whether the next run changes how long the journal is kept.
    static func hotState(
        _ store: StateStore,
        hasTransactions: Bool = true,
        changesJournal: Bool = false
    ) -> [PrivilegeNeed] {
        let journal = changesJournal ? [PrivilegeNeed(.keepJournal, ["collMod"], on: .collection(store.batches))] : []
        // Without transactions, and when runs without are settled.
        let aside = PrivilegeNeed(
            hasTransactions ? .settle : .migrate,
            written + ["remove"],
            on: .collection(store.quarantine)
        )
        return journal + [aside] + [
            PrivilegeNeed(.migrate, written, on: .collection(store.locks)),
            PrivilegeNeed(.migrate, written + ["createIndex"], on: .collection(store.runs)),
            PrivilegeNeed(.migrate, ["find", "insert", "createIndex"], on: .collection(store.batches)),
            PrivilegeNeed(.migrateSome, ["update"], on: .collection(store.batches)),
            PrivilegeNeed(.migrate, ["find", "createCollection", "createIndex"], on: .collection(store.holds)),
            PrivilegeNeed(.restore, ["insert", "remove"], on: .collection(store.holds)),
            PrivilegeNeed(.migrate, written + ["remove"], on: .collection(store.seats)),
            PrivilegeNeed(.migrate, written, on: .collection(store.identity)),
        ]
    }

    /// On the state database of a cold deployment that is another one than the hot.
    static func coldState(_ store: StateStore) -> [PrivilegeNeed] {
        [
            PrivilegeNeed(.migrate, written, on: .collection(store.locks)),
            PrivilegeNeed(.migrate, written + ["remove"], on: .collection(store.seats)),
            PrivilegeNeed(.migrate, written, on: .collection(store.identity)),
            PrivilegeNeed(.migrate, ["createCollection"], on: .collection(store.quarantine)),
            PrivilegeNeed(.settle, written + ["remove"], on: .collection(store.quarantine)),
        ]
    }

    /// To read the history of runs.
    static func history(_ store: StateStore) -> [PrivilegeNeed] { [reading(store.runs)] }

    /// To read what runs have moved.
    static func journal(_ store: StateStore) -> [PrivilegeNeed] { [reading(store.runs), reading(store.batches)] }

    /// To read a collection.
    static func reading(_ namespace: Namespace) -> PrivilegeNeed {
        PrivilegeNeed(.migrate, ["find"], on: .collection(namespace))
    }

    /// To remember what was told of alerts.
    static func alerts(_ store: StateStore) -> [PrivilegeNeed] {
        [PrivilegeNeed(.migrate, written, on: .collection(store.alerts))]
    }

    /// A collection of hotcold's own that it makes, reads and writes.
    private static let written = ["find", "insert", "update"]

    /// What a plan looks at.
    private static func look(at namespace: Namespace) -> [PrivilegeNeed] {
        [
            PrivilegeNeed(.migrate, ["listCollections"], on: .database(namespace.database)),
            PrivilegeNeed(.migrate, ["listIndexes", "collStats"], on: .collection(namespace)),
        ]
    }
}
