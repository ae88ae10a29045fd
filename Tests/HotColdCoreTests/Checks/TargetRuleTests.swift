import Mongo
import Testing

@testable import HotColdCore

@Suite("What a collection may refuse of what is moved to it")
struct TargetRuleTests {
    static let unique = CollectionFacts.sample("t", indexes: [.on("_id"), .on("email", options: ["unique": true])])

    static func validated(_ options: BSONDocument = [:]) -> CollectionFacts {
        .sample(
            "t",
            options: BSONDocument(
                [("validator", ["x": 1])] + ((try? options.elements()) ?? []).map { ($0.name, $0.value) }
            )
        )
    }

    @Test("by a unique index is warned of for an archive, with the command that drops it, and only noticed for hot")
    func unique() {
        let archive = SafetyChecks.of(to: Self.unique).findings
        #expect(archive.gist == ["warning unique_index"])
        #expect(archive.first?.command == #"db.getSiblingDB("db").getCollection("t").dropIndex("email_1")"#)
        #expect(archive.first?.namespace == Self.unique.namespace)
        let hot = SafetyChecks.of(to: Self.unique, .restore)
        #expect(hot.findings.gist == ["notice unique_index"])
        #expect(hot.warnings.isEmpty && hot.refusals.isEmpty)
    }

    @Test("by the unique index of _id goes without saying, as does an index that is not unique")
    func ordinary() {
        // The server calls the index of _id unique where the collection is clustered by it, and only there.
        let facts = CollectionFacts.sample("t", indexes: [.on("_id"), .on("a"), .on("b", options: ["unique": false])])
        let clustered = CollectionFacts.sample(
            "t",
            indexes: [.on("_id", options: ["unique": true, "clustered": true])]
        )
        for facts in [facts, clustered] { #expect(SafetyChecks.of(to: facts).findings.isEmpty) }
    }

    @Test("by a unique index of the source does not matter")
    func uniqueSource() {
        #expect(SafetyChecks.of(Self.unique).findings.isEmpty)
    }

    @Test("by a validator is warned of for an archive, with the command that takes it off")
    func validator() {
        let findings = SafetyChecks.of(to: Self.validated()).findings
        #expect(findings.gist == ["warning validator"])
        #expect(findings.first?.command == #"db.getSiblingDB("db").runCommand({collMod: "t", validator: {}})"#)
        #expect(SafetyChecks.of(to: Self.validated(), .restore).findings.gist == ["notice validator"])
    }

    @Test("by the hot collection's own validator is only noticed: most documents have passed it once")
    func sameValidator() {
        let hot = CollectionFacts.sample("hot", options: ["validator": ["x": 1]])
        #expect(SafetyChecks.of(hot, to: Self.validated()).findings.gist == ["notice validator"])
        let other = CollectionFacts.sample("hot", options: ["validator": ["x": 2]])
        #expect(SafetyChecks.of(other, to: Self.validated()).findings.gist == ["warning validator"])
    }

    @Test(
        "by a validator that refuses nothing is not worth a word",
        arguments: [["validationLevel": "off"], ["validationAction": "warn"]] as [BSONDocument]
    )
    func harmless(options: BSONDocument) {
        #expect(SafetyChecks.of(to: Self.validated(options)).findings.isEmpty)
        #expect(SafetyChecks.of(to: .sample("t", options: ["validator": [:]])).findings.isEmpty)
    }
}
