import Mongo
import Testing

@testable import HotColdCore

@Suite("Privileges")
struct PrivilegeRuleTests {
    typealias Grant = AccessFacts.Grant

    static let needs = [
        PrivilegeNeed(.migrate, ["listCollections"], on: .database("db")),
        PrivilegeNeed(.migrate, ["find", "remove"], on: .collection(Namespace(database: "db", collection: "a"))),
        PrivilegeNeed(.migrate, ["find", "remove"], on: .collection(Namespace(database: "db", collection: "b"))),
        PrivilegeNeed(.restore, ["insert"], on: .collection(Namespace(database: "db", collection: "a"))),
    ]

    static func missing(_ grants: Grant..., isControlled: Bool = true) -> [Finding] {
        var access = AccessFacts.granted(isControlled: isControlled)
        access.grants = grants
        return PrivilegeRules.findings(needs, access)
    }

    static let actions: Set<String> = ["listCollections", "find", "remove", "insert"]

    @Test("on a database, on all of them, or on any resource cover its collections")
    func covered() {
        for grant in [
            Grant(database: "db", collection: "", actions: Self.actions),
            Grant(database: "", collection: "", actions: Self.actions),
            Grant(database: "", collection: "", isAnyResource: true, actions: Self.actions),
        ] {
            #expect(Self.missing(grant).isEmpty)
        }
    }

    @Test("on a collection cover it in its database or in all, and not the database")
    func collection() {
        for database in ["db", ""] {
            let one = Grant(database: database, collection: "a", actions: Self.actions)
            let findings = Self.missing(one)
            #expect(findings.gist == ["error missing_privilege"])
            #expect(findings.first?.message == "user op of shop lacks listCollections on db; find, remove on db.b")
        }
    }

    @Test("of several grants are taken together")
    func together() {
        let database = Grant(database: "db", collection: "", actions: ["find", "listCollections"])
        let removal = ["a", "b"].map { Grant(database: "db", collection: $0, actions: ["remove", "insert"]) }
        #expect(Self.missing(database, removal[0], removal[1]).isEmpty)
    }

    @Test("that are missing are named once for what lacks the same, with the command that grants them")
    func words() {
        let findings = Self.missing(Grant(database: "db", collection: "", actions: ["find", "listCollections"]))
        #expect(findings.gist == ["error missing_privilege", "warning missing_privilege"])
        #expect(
            findings.map(\.message) == [
                "user op of shop lacks remove on db.a and db.b", "user op of shop lacks insert on db.a",
            ]
        )
        #expect(
            findings.first?.command
                == #"db.getSiblingDB("shop").grantRolesToUser("op", [{role: "readWrite", db: "db"}])"#
        )
    }

    @Test("on other databases and collections do not count")
    func others() {
        let other = Grant(database: "db2", collection: "", actions: Self.actions)
        #expect(Self.missing(other).count == 2)
        #expect(Self.missing(Grant(database: "db", collection: "c", actions: Self.actions)).count == 2)
    }

    @Test("do not matter on a server that does not ask for them")
    func uncontrolled() {
        #expect(Self.missing(isControlled: false).isEmpty)
    }

    @Test("are read from what the server tells, and those on the cluster or on buckets of time series left out")
    func reading() throws {
        func grant(_ resource: BSONDocument) -> Grant? {
            Grant(["resource": .document(resource), "actions": ["find", "insert"]])
        }
        let collection = try #require(grant(["db": "shop", "collection": "users"]))
        #expect(collection.database == "shop" && collection.collection == "users" && !collection.isAnyResource)
        #expect(collection.actions == ["find", "insert"])
        #expect(grant(["anyResource": true])?.isAnyResource == true)
        #expect(grant(["cluster": true]) == nil)
        #expect(grant(["db": "", "system_buckets": ""]) == nil)
        #expect(Grant(["actions": ["find"]]) == nil)
    }

    @Test("to change the journal's expiry are asked for where it changes, with the role that has them")
    func journal() {
        let tier = Configuration.Tier(uri: Self.address, database: "db")
        let store = StateStore(Configuration(hot: tier, cold: tier, collections: []))
        #expect(!PrivilegeNeeds.hotState(store).contains { $0.purpose == .keepJournal })
        let needs = PrivilegeNeeds.hotState(store, changesJournal: true)
        let all: Set<String> = ["find", "insert", "update", "remove", "createCollection", "createIndex"]
        let findings = PrivilegeRules.findings(
            needs,
            .granted(Grant(database: "hotcold", collection: "", actions: all))
        )
        #expect(findings.gist == ["error missing_privilege"])
        #expect(findings.first?.message == "user op of shop lacks collMod on hotcold.batches")
        #expect(findings.first?.command?.contains(#"{role: "dbAdmin", db: "hotcold"}"#) == true)
    }

    static let address: ConnectionString = {
        guard let address = try? ConnectionString("mongodb://a/") else { preconditionFailure("it is well formed") }
        return address
    }()

    @Test("to delete from hot are not asked for by an entry that only copies")
    func copies() {
        func actions(_ needs: [PrivilegeNeed]) -> Set<String> { Set(needs.flatMap(\.actions)) }
        #expect(actions(PrivilegeNeeds.hot(.checked())).contains("remove"))
        #expect(!actions(PrivilegeNeeds.hot(.checked(deletes: false))).contains("remove"))
    }

    @Test("to take away a copy that its original has outgrown are asked for by migrations, within one cluster too")
    func outgrown() {
        for topology in [Topology.oneCluster, .twoClusters, .standalone] {
            let needs = PrivilegeNeeds.cold(.checked(), topology).filter { $0.purpose != .restore }
            #expect(needs.contains { $0.actions.contains("remove") }, "\(topology)")
        }
    }

    @Test("to create a collection are those to insert into it, as for the server")
    func creation() {
        let namespace = Namespace(database: "db", collection: "a")
        for (action, isEnough) in [("insert", true), ("createCollection", true), ("update", false)] {
            let access = AccessFacts.granted(Grant(database: "db", collection: "a", actions: [action]))
            #expect(access.missing(["createCollection"], on: namespace).isEmpty == isEnough)
        }
    }

    // MARK: What a refused command lacked

    /// What a user with these actions on everything lacks for some work, in one cluster.
    static func lack(_ work: PrivilegeAdviser.Work, with actions: Set<String>) -> String? {
        let tier = Configuration.Tier(uri: address, database: "db")
        let store = StateStore(Configuration(hot: tier, cold: tier, collections: []))
        let entry = CollectionConfiguration.checked()
        let needs =
            PrivilegeNeeds.hot(entry) + PrivilegeNeeds.cold(entry, .oneCluster) + PrivilegeNeeds.hotState(store)
        let access = AccessFacts.granted(Grant(database: "", collection: "", actions: actions))
        return PrivilegeRules.lack(needs, access, work, in: store)
    }

    static let enough: Set<String> = [
        "find", "listCollections", "listIndexes", "collStats", "insert", "update", "remove", "createIndex",
    ]

    @Test("that a refused command lacked are named with the resource, as far as the work needs them")
    func lacking() {
        let removal = Self.lack(.migrate, with: Self.enough.subtracting(["remove"]))
        #expect(removal == "user op of shop lacks remove on db.logs; remove on hotcold.seats")
        #expect(
            Self.lack(.restore, with: Self.enough.subtracting(["remove"]))
                == "user op of shop lacks remove on db.logs_archive; remove on hotcold.holds and hotcold.seats"
        )
        #expect(
            Self.lack(.reading, with: ["listCollections", "listIndexes", "collStats"])?.contains("find on db.logs")
                == true
        )
        #expect(Self.lack(.reading, with: ["find", "listCollections", "listIndexes", "collStats"]) == nil)
        #expect(Self.lack(.settling, with: Self.enough.subtracting(["remove"]))?.contains("db.logs_archive") == true)
        #expect(Self.lack(.migrate, with: Self.enough) == nil)
    }

    @Test("that only some documents need are named where nothing else is missing")
    func lackingForSome() {
        #expect(
            Self.lack(.migrate, with: Self.enough.subtracting(["update"]))?.contains("hotcold.locks") == true
        )
        let needs = [PrivilegeNeed(.settle, ["insert"], on: .collection(Namespace(database: "db", collection: "a")))]
        let tier = Configuration.Tier(uri: Self.address, database: "db")
        let store = StateStore(Configuration(hot: tier, cold: tier, collections: []))
        #expect(PrivilegeRules.lack(needs, .granted(), .migrate, in: store) == "user op of shop lacks insert on db.a")
        #expect(PrivilegeRules.lack(needs, .granted(), .reading, in: store) == nil)
    }

    @Test("that are many are not all named; nobody's are none")
    func many() throws {
        let text = try #require(Self.lack(.migrate, with: []))
        #expect(text.hasSuffix("; and more") && text.split(separator: "; ").count == 5)
        #expect(PrivilegeRules.lack(Self.needs, AccessFacts(isControlled: true)) == nil)
    }

    @Test("that are missing stand in the hint of the error, and the server's words in its message")
    func hint() {
        let refusal = MongoError(.server, code: 13, codeName: "Unauthorized", message: "not authorized on db")
        let error = MigrationError.refused(refusal, lacking: "user op of shop lacks remove on db.a")
        #expect("\(error)" == "\(refusal)" && "\(MigrationError.refused(refusal))" == "\(refusal)")
        #expect(error.hint == "user op of shop lacks remove on db.a; hotcold check says which role grants it")
        #expect(MigrationError.refused(refusal).hint == "give the user the missing role on that database")
    }
}
