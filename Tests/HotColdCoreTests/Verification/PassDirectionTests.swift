import Mongo
import Testing

@testable import HotColdCore

@Suite("Which tier's ids are read, and which tier is asked")
struct PassDirectionTests {
    private func facts(collation: Bool = false) -> CollectionFacts {
        CollectionFacts(
            namespace: Namespace(database: "a", collection: "b"),
            form: .collection,
            options: collation ? ["collation": ["locale": "en", "strength": 2]] : [:],
            indexes: [],
            averageDocumentBytes: nil
        )
    }

    private func tier(_ documents: Int) -> TierComparison.Tier {
        var tier = TierComparison.Tier()
        tier.documents = documents
        return tier
    }

    @Test("The smaller one is read", arguments: [true, false])
    func size(collation: Bool) {
        let facts = facts(collation: collation)
        #expect(TierPass.direction(facts, tier(1), facts, tier(9)) == .migrate)
        #expect(TierPass.direction(facts, tier(9), facts, tier(1)) == .restore)
    }

    @Test("The one that takes more ids for equal is asked, whatever its size")
    func collation() {
        #expect(TierPass.direction(facts(), tier(9), facts(collation: true), tier(1)) == .migrate)
        #expect(TierPass.direction(facts(collation: true), tier(1), facts(), tier(9)) == .restore)
    }
}
