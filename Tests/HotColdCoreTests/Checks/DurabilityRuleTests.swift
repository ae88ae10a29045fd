import Mongo
import Testing

@testable import HotColdCore

@Suite("What a server acknowledges")
struct DurabilityRuleTests {
    @Test(
        "is on disk unless one of its settings says otherwise",
        arguments: [
            (nil, nil, nil, []), (true, true, true, []), (false, true, nil, ["error majority_not_journaled"]),
            (true, false, nil, ["error storage_not_persistent"]), (nil, true, false, ["error no_journal"]),
            // What has nothing on disk has no journal either.
            (false, false, false, ["error storage_not_persistent", "error majority_not_journaled"]),
        ] as [(Bool?, Bool?, Bool?, [String])]
    )
    func findings(journalsMajority: Bool?, isPersistent: Bool?, hasJournal: Bool?, gist: [String]) {
        var durability = Durability()
        durability.journalsMajority = journalsMajority
        durability.isPersistent = isPersistent
        durability.hasJournal = hasJournal
        #expect(DurabilityRules.findings(durability).gist == gist)
        let allowed = DurabilityRules.findings(durability, isAllowed: true)
        #expect(allowed.gist == gist.map { $0.replacing("error", with: "warning") })
        #expect(durability.takesJournaledWrites == (isPersistent != false && hasJournal != false))
    }

    @Test("by the servers' replies, which leave out what is as by default")
    func replies() {
        var durability = Durability()
        durability.readConfiguration(["config": ["_id": "rs0"]])
        durability.readOptions(["parsed": ["storage": ["dbPath": "/data"]]])
        durability.readStatus(["storageEngine": ["name": "wiredTiger", "persistent": true]])
        #expect(DurabilityRules.findings(durability).isEmpty)
        durability.readConfiguration(["config": ["writeConcernMajorityJournalDefault": false]])
        durability.readOptions(["parsed": ["storage": ["journal": ["enabled": false]]]])
        #expect(DurabilityRules.findings(durability).gist == ["error no_journal", "error majority_not_journaled"])
        durability.readStatus(["storageEngine": ["name": "ephemeralForTest", "persistent": false]])
        #expect(durability.isPersistent == false)
    }
}
