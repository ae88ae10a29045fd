import Mongo
import Testing

@testable import HotColdCore

@Suite("What the tiers were to earlier runs")
struct TierHistoryTests {
    private typealias Place = TierHistory.Place

    private static let items = Place(cluster: "A", name: "db.items")
    private static let archive = Place(cluster: "B", name: "db.items_archive")

    private static func record(
        _ source: String,
        _ target: String,
        _ command: String = "migrate",
        cold: BSONValue? = "B",
        at time: Int64 = 1000
    ) -> BSONDocument {
        let record: BSONDocument = [
            "source": .string(source), "target": .string(target), "command": .string(command),
            "started_at": .date(milliseconds: time),
        ]
        return cold.map { record.appending("cold_cluster", $0) } ?? record
    }

    private static let usual = record("db.items", "db.items_archive")

    private static func lock(_ tier: BSONValue) -> BSONDocument {
        ["tier": tier, "acquired_at": .date(milliseconds: 5)]
    }

    /// What stands against tiers, of clusters A and B with histories.
    private static func objection(
        _ hot: Place = items,
        cold: Place = archive,
        locks: (hot: BSONDocument?, cold: BSONDocument?) = (nil, nil),
        onA: [BSONDocument] = [],
        onB: [BSONDocument] = []
    ) -> String? {
        let pairs = onA.compactMap { TierHistory.Pair($0, on: "A") } + onB.compactMap { TierHistory.Pair($0, on: "B") }
        return TierHistory(hot: hot, cold: cold, locks: locks, pairs: pairs).objection
    }

    @Test("Nothing stands against a first run, nor against the same again")
    func usual() {
        #expect(Self.objection() == nil)
        #expect(Self.objection(onA: [Self.usual]) == nil)
        #expect(Self.objection(locks: (Self.lock("hot"), Self.lock("cold")), onA: [Self.usual]) == nil)
        #expect(Self.objection(onA: [Self.record("db.items_archive", "db.items", "restore")]) == nil)
    }

    @Test("An archive as hot, and a hot collection as archive, by the lock alone or by the history alone")
    func exchanged() {
        let other = Place(cluster: "C", name: "db.other")
        let hot = Self.objection(Self.archive, cold: other, locks: (Self.lock("cold"), nil))
        #expect(hot?.contains("db.items_archive is the hot collection now, and was an archive") == true)
        let cold = Self.objection(other, cold: Self.items, locks: (nil, Self.lock("hot")))
        #expect(cold?.contains("db.items is the archive now, and was a hot collection") == true)
        let both = Self.objection(Self.archive, cold: Self.items, onA: [Self.usual])
        #expect(both?.contains("was the archive of db.items at the last run, 1970-01-01T00:00:01Z") == true)
    }

    @Test("Of one name on two clusters it is known which was which")
    func sameNames() {
        let (onA, onB) = (Place(cluster: "A", name: "db.items"), Place(cluster: "B", name: "db.items"))
        let run = Self.record("db.items", "db.items")
        #expect(Self.objection(onA, cold: onB, onA: [run]) == nil)
        #expect(Self.objection(onB, cold: onA, onA: [run]) != nil)
    }

    @Test("Another archive is asked about, also one of the same name elsewhere")
    func anotherArchive() {
        let other = Place(cluster: "B", name: "db.other")
        #expect(Self.objection(cold: other, onA: [Self.usual])?.contains("and is db.other now") == true)
        let elsewhere = Place(cluster: "C", name: "db.items_archive")
        #expect(Self.objection(cold: elsewhere, onA: [Self.usual])?.contains("on another cluster") == true)
    }

    @Test("The last use counts: what was confirmed once is not asked about again")
    func lastUse() {
        let later = Self.record("db.items", "db.other", at: 2000)
        #expect(Self.objection(cold: Place(cluster: "B", name: "db.other"), onA: [Self.usual, later]) == nil)
        #expect(Self.objection(onA: [Self.usual, later]) != nil)
        let turned = Self.record("db.items_archive", "db.items", cold: "A", at: 2000)
        #expect(Self.objection(Self.archive, cold: Self.items, onA: [Self.usual], onB: [turned]) == nil)
        #expect(Self.objection(onA: [Self.usual], onB: [turned]) != nil)
        // A lock is of this moment, whatever the clocks of two clusters say.
        let locks = (Self.lock("hot"), Self.lock("cold"))
        #expect(Self.objection(locks: locks, onA: [Self.usual], onB: [turned]) == nil)
    }

    @Test("Records of older versions do not say where the archive was: on the same cluster, most likely")
    func olderVersions() {
        let here = Place(cluster: "A", name: "db.items_archive")
        let run = Self.record("db.items", "db.items_archive", cold: nil)
        #expect(Self.objection(Self.items, cold: here, onA: [run]) == nil)
        #expect(Self.objection(here, cold: Self.items, onA: [run]) != nil)
    }

    @Test("What makes no sense says nothing", arguments: [["tier": 5], ["tier": "warm"], [:]] as [BSONDocument])
    func nonsense(lock: BSONDocument) {
        #expect(Self.objection(locks: (lock, lock), onA: [["source": 1], ["command": "migrate"]]) == nil)
    }
}
