import Mongo
import Testing

@testable import HotColdCore

@Suite struct ReplicationLagTests {
    private static let now: Int64 = 1_795_363_200_000

    private static func member(_ name: String, state: Int, behind seconds: Int64? = 0, health: Int = 1) -> BSONValue {
        // Of a member that it can't reach a primary says 1970.
        let date = seconds.map { now - $0 * 1000 } ?? 0
        return [
            "name": .string(name), "state": .int(state), "health": .double(Double(health)),
            "optimeDate": .date(milliseconds: date),
        ]
    }

    private static func status(_ members: BSONValue...) -> BSONDocument { ["members": .array(members)] }

    @Test func `the member that is furthest behind counts`() {
        var reader = ReplicationLag.Reader()
        let lag = reader.read(
            Self.status(
                Self.member("a", state: 1),
                Self.member("b", state: 2, behind: 3),
                Self.member("c", state: 2, behind: 14)
            )
        )
        #expect(lag.worst == ReplicationLag.Member(name: "c", lag: .seconds(14), isDown: false))
    }

    @Test func `a primary that is alone has nobody behind it`() {
        var reader = ReplicationLag.Reader()
        #expect(reader.read(Self.status(Self.member("a", state: 1))).worst == nil)
    }

    @Test(arguments: [0, 5, 7, 10])
    func `arbiters, removed members and those that begin anew do not count`(state: Int) {
        var reader = ReplicationLag.Reader()
        let lag = reader.read(Self.status(Self.member("a", state: 1), Self.member("b", state: state, behind: nil)))
        #expect(lag.worst == nil)
    }

    @Test func `a member that went down is as far behind as when it was last seen, and falls back further`() {
        var reader = ReplicationLag.Reader()
        _ = reader.read(Self.status(Self.member("a", state: 1), Self.member("b", state: 2, behind: 2)))
        let lag = reader.read(
            Self.status(
                ["name": "a", "state": 1, "optimeDate": .date(milliseconds: Self.now + 30_000)],
                Self.member("b", state: 8, behind: nil, health: 0)
            )
        )
        #expect(lag.worst == ReplicationLag.Member(name: "b", lag: .seconds(32), isDown: true))
    }

    @Test func `a member that was never seen is worse than any that was`() {
        var reader = ReplicationLag.Reader()
        let lag = reader.read(
            Self.status(
                Self.member("a", state: 1),
                Self.member("b", state: 8, behind: nil, health: 0),
                Self.member("c", state: 2, behind: 9999)
            )
        )
        #expect(lag.worst == ReplicationLag.Member(name: "b", lag: nil, isDown: true))
    }

    @Test(arguments: ["secondaryDelaySecs", "slaveDelay"])
    func `a delay that is configured is no lag`(field: String) {
        var reader = ReplicationLag.Reader()
        let delayed = BSONDocument([("host", BSONValue.string("b")), (field, .int(3600))])
        reader.readConfiguration(["config": ["members": [.document(delayed)]]])
        // Where nobody writes it is behind by up to ten seconds more: the primary's no-ops are so far apart.
        let idle = reader.read(Self.status(Self.member("a", state: 1), Self.member("b", state: 2, behind: 3610)))
        #expect(idle.worst?.lag == .zero)
        let lag = reader.read(Self.status(Self.member("a", state: 1), Self.member("b", state: 2, behind: 3614)))
        #expect(lag.worst?.lag == .seconds(4))
    }

    @Test func `an arbiter that is down does not count`() {
        var reader = ReplicationLag.Reader()
        reader.readConfiguration(["config": ["members": [["host": "b", "arbiterOnly": true]]]])
        let lag = reader.read(
            Self.status(Self.member("a", state: 1), Self.member("b", state: 8, behind: nil, health: 0))
        )
        #expect(lag.worst == nil)
    }

    @Test func `a primary that goes down is as far behind as it was`() {
        var reader = ReplicationLag.Reader()
        _ = reader.read(Self.status(Self.member("a", state: 1), Self.member("b", state: 2, behind: 1)))
        let lag = reader.read(
            Self.status(Self.member("a", state: 8, behind: nil, health: 0), Self.member("b", state: 1, behind: -2))
        )
        #expect(lag.worst == ReplicationLag.Member(name: "a", lag: .seconds(2), isDown: true))
    }

    @Test func `a member ahead of what the primary says of itself is not behind`() {
        var reader = ReplicationLag.Reader()
        let lag = reader.read(Self.status(Self.member("a", state: 1, behind: 1), Self.member("b", state: 2)))
        #expect(lag.worst?.lag == .zero)
    }

    @Test(arguments: [Int64.min, -1, .max])
    func `dates that are in no calendar are not counted with`(date: Int64) {
        var reader = ReplicationLag.Reader()
        let odd: BSONValue = ["name": "b", "state": 2, "health": 1, "optimeDate": .date(milliseconds: date)]
        #expect(reader.read(Self.status(Self.member("a", state: 1), odd)).worst?.lag == nil)
        let oddPrimary: BSONValue = ["name": "a", "state": 1, "optimeDate": .date(milliseconds: date)]
        #expect(reader.read(Self.status(oddPrimary, Self.member("b", state: 2))).worst == nil)
    }

    /// The same, with what a majority has.
    private static func status(majorityBehind seconds: Int64, _ members: BSONValue...) -> BSONDocument {
        let optimes: BSONDocument = [
            "lastAppliedWallTime": .date(milliseconds: now),
            "lastCommittedWallTime": .date(milliseconds: now - seconds * 1000),
        ]
        return ["optimes": .document(optimes), "members": .array(members)]
    }

    @Test(arguments: [3, 6, 8, 9])
    func `a member out of service is not waited for while a majority is current`(state: Int) {
        var reader = ReplicationLag.Reader()
        let lag = reader.read(
            Self.status(
                majorityBehind: 1,
                Self.member("a", state: 1),
                Self.member("b", state: state, behind: 9999),
                Self.member("c", state: 2, behind: 4)
            )
        )
        #expect(lag.worst == ReplicationLag.Member(name: "c", lag: .seconds(4), isDown: false))
        #expect(lag.excused == ["b"])
    }

    @Test func `without a member the majority that lags is waited for`() {
        var reader = ReplicationLag.Reader()
        let lag = reader.read(
            Self.status(
                majorityBehind: 60,
                Self.member("a", state: 1),
                Self.member("b", state: 8, behind: nil, health: 0)
            )
        )
        #expect(lag.worst == ReplicationLag.Member(name: "the majority without b", lag: .seconds(60), isDown: false))
    }

    @Test func `a member that is there and lags is waited for`() {
        var reader = ReplicationLag.Reader()
        let lag = reader.read(
            Self.status(majorityBehind: 0, Self.member("a", state: 1), Self.member("b", state: 2, behind: 20))
        )
        #expect(lag.worst?.lag == .seconds(20) && lag.excused.isEmpty)
    }
}
