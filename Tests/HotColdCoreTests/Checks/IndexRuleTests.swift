import Mongo
import Testing

@testable import HotColdCore

@Suite("Indexes and a policy")
struct IndexRuleTests {
    static let namespace = Namespace(database: "db", collection: "x")

    @Test(
        "of which none serves it are warned of, with the command that creates one",
        arguments: [
            (Policy.sample(.timeBased), #"{"d": 1}"#), (.sample(.accessBased), #"{"a": 1}"#),
            (.sample(.hybrid), #"{"d": 1}"#), (.sample(.accessBased, missing: .useDate), #"{"a": 1, "d": 1}"#),
        ]
    )
    func none(policy: Policy, keys: String) {
        let findings = IndexRules.findings(Self.namespace, policy, serving: nil, among: [])
        #expect(findings.gist == ["warning no_index"])
        #expect(findings.first?.command == #"db.getSiblingDB("db").getCollection("x").createIndex(\#(keys))"#)
        #expect(findings.first?.summary == "no index serves the policy; every document of db.x is looked at")
    }

    @Test("that lack documents leave the name for the one that is advised")
    func taken() {
        let findings = IndexRules.findings(Self.namespace, .sample(.timeBased), serving: nil, among: ["_id_", "d_1"])
        let command = #"db.getSiblingDB("db").getCollection("x").createIndex({"d": 1}, {name: "d_1_hotcold"})"#
        #expect(findings.first?.command == command)
    }

    @Test("of which one serves it and another can't give the order are noticed")
    func withoutOrder() {
        let policy = Policy.sample(.timeBased)
        #expect(IndexRules.findings(Self.namespace, policy, serving: "d_1", among: []).isEmpty)
        let findings = IndexRules.findings(Self.namespace, policy, serving: "d_1", among: [], withoutOrder: "d_1")
        #expect(findings.gist == ["notice index_without_order"])
    }

    @Test("are named in messages so that a name can't steer a terminal, in those of a refusal too")
    func harmless() {
        let index = CollectionFacts.Index(
            name: "i\u{1B}[2J\n",
            key: ["d": 1],
            specification: ["expireAfterSeconds": 1]
        )
        let checks = SafetyChecks.of(.sample("hot", indexes: [index]))
        for text in checks.refusalTexts + checks.findings.map(\.message) {
            #expect(text.contains(#"i\u{1b}[2J\u{a}"#) && !text.unicodeScalars.contains("\u{1B}"), "\(text)")
        }
    }

    @Test("are named in commands so that a name can't do anything but name")
    func quoting() {
        let name = #"a"); db.dropDatabase(); ("#
        let command = MongoShell.dropIndex(name, of: Namespace(database: "d\"b", collection: "x\u{1B}[2J\n"))
        #expect(
            command == #"db.getSiblingDB("d\"b").getCollection("x\u001b[2J\n").dropIndex("a\"); db.dropDatabase(); (")"#
        )
    }
}
