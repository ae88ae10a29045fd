import Mongo
import Testing

@testable import HotColdCore

@Suite("A change of an alert")
struct AlertChangeTests {
    static let above: Int64 = 1 << 31
    static let below: Int64 = 1 << 29

    private func changes(_ report: StorageReport, told: ToldAlert?) -> [AlertChange] {
        AlertChange.changes(in: report, since: told.map { [$0.kind: $0] } ?? [:])
    }

    private func told(_ isRaised: Bool) -> ToldAlert { ToldAlert(kind: .hotSize, isRaised: isRaised, changedAt: 7) }

    @Test("is a threshold crossed that nobody was told of")
    func raised() {
        for before in [nil, told(false)] {
            let changes = changes(.hot(Self.above), told: before)
            #expect(changes.count == 1 && changes.first?.isOver == false && changes.first?.raisedSince == nil)
        }
    }

    @Test("is the end of one that somebody was told of, and knows since when it was")
    func over() {
        let changes = changes(.hot(Self.below), told: told(true))
        #expect(changes.count == 1 && changes.first?.isOver == true && changes.first?.raisedSince == 7)
    }

    @Test("is nothing that goes on")
    func unchanged() {
        #expect(changes(.hot(Self.above), told: told(true)).isEmpty)
        #expect(changes(.hot(Self.below), told: told(false)).isEmpty)
        #expect(changes(.hot(Self.below), told: nil).isEmpty)
    }

    @Test("is nothing without monitoring, whatever was told before")
    func disabled() {
        #expect(changes(.hot(Self.below, enabled: false), told: told(true)).isEmpty)
        #expect(changes(.hot(Self.above, enabled: false), told: nil).isEmpty)
    }

    @Test("is no end as long as a part is not known; a view will never be")
    func incomplete() {
        func report(_ error: MigrationError) -> StorageReport {
            .sample(["a": (.measured(.sample(Self.below)), .missing), "b": (.failed(error), .missing)])
        }
        let refusal = MigrationError.refused(MongoError(.server, code: 13, message: "no"))
        #expect(changes(report(refusal), told: told(true)).isEmpty)
        #expect(changes(report(.unsuitable(reason: "a view", hint: nil)), told: told(true)).count == 1)
    }

    @Test("is read from what older and newer versions have written")
    func documents() {
        #expect(ToldAlert(["_id": "hot_size", "raised": true, "changed_at": .date(milliseconds: 7)]) == told(true))
        #expect(ToldAlert(["_id": "hot_size"])?.isRaised == false)
        #expect(ToldAlert(["_id": "disk_full", "raised": true]) == nil)
    }
}
