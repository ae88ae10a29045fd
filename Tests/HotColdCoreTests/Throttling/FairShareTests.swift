import Mongo
import Testing

@testable import HotColdCore

@Suite struct FairShareTests {
    private var fairShare = FairShare(limit: 0.75)

    /// Looks a number of times at a server that others ask for so much, and that is so busy.
    private mutating func look(_ times: Int = 1, others: Double?, busy: Double?) {
        var load = ServerLoad(server: .both)
        load.otherOperations = others
        load.busyProcessors = busy
        for _ in 0..<times { fairShare.learn(load) }
    }

    private var share: Double { fairShare.strain?.workShare ?? 1 }

    @Test mutating func `a server of its own may be as busy as can be`() {
        look(100, others: 19, busy: 1)
        #expect(fairShare.strain == nil)
    }

    @Test mutating func `one with processors to spare has time for everybody`() {
        look(100, others: 50_000, busy: 0.75)
        #expect(fairShare.strain == nil)
    }

    @Test mutating func `each look at a busy server halves what a run takes, down to a tenth`() throws {
        var shares: [Double] = []
        for _ in 0..<5 {
            look(others: 20, busy: 0.76)
            shares.append(share)
        }
        #expect(shares == [0.5, 0.25, 0.125, 0.1, 0.1])
        let strain = try #require(fairShare.strain)
        #expect(strain.reason == .otherClients && !strain.isPause)
    }

    @Test mutating func `the reason names the limit and the others`() {
        look(others: 1790.7, busy: 0.918)
        #expect(
            fairShare.strain?.detail
                == "the server keeps its processors 92 % busy (limit 75 %), and others ask it for 1,791 operations a second"
        )
    }

    @Test mutating func `a run takes more again little by little, and quickly when the others are gone`() {
        look(others: 2000, busy: 0.9)
        look(10, others: 2000, busy: 0.6)
        #expect(abs(share - 0.6) < 1e-9)
        look(39, others: 2000, busy: 0.6)
        #expect(fairShare.strain != nil)
        look(2, others: 2000, busy: 0.6)
        #expect(fairShare.strain == nil)

        look(others: 2000, busy: 0.9)
        look(6, others: 0, busy: 0.9)
        #expect(fairShare.strain == nil)
    }

    @Test mutating func `what can't be seen changes nothing`() {
        look(others: 2000, busy: 0.9)
        for (others, busy) in [(nil, 0.9), (2000, nil), (nil, nil)] as [(Double?, Double?)] {
            look(others: others, busy: busy)
            #expect(share == 0.5)
        }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300])
    mutating func `numbers that nobody can have measured do no harm`(number: Double) {
        look(others: number, busy: number)
        look(others: 2000, busy: number)
        look(others: number, busy: 0.9)
        #expect((0.1...1).contains(share))
    }
}

@Suite struct ServerUseTests {
    private static func status(
        host: String = "db1",
        seconds: Int64,
        reads: Int64,
        writes: Int64 = 0,
        oplogReads: Int64 = 0,
        processorSeconds: Int64 = 0
    ) -> BSONDocument {
        [
            "host": .string(host), "uptimeMillis": .int64(seconds * 1000),
            "opLatencies": ["reads": ["ops": .int64(reads)], "writes": ["ops": .int64(writes)]],
            "extra_info": [
                "user_time_us": .int64(processorSeconds * 900_000),
                "system_time_us": .int64(processorSeconds * 100_000),
            ],
            "metrics": ["repl": ["network": ["oplogGetMoresProcessed": ["num": .int64(oplogReads)]]]],
        ]
    }

    @Test func `others asked for what neither the run nor another member did`() throws {
        let before = try #require(ServerUse(Self.status(seconds: 100, reads: 1000, writes: 500), ours: 40))
        let status = Self.status(seconds: 110, reads: 3000, writes: 1500, oplogReads: 900, processorSeconds: 15)
        let now = try #require(ServerUse(status, ours: 140))
        let done = try #require(now.since(before))
        #expect(done.otherOperations == 200)  // 3,000 more in ten seconds, of which 900 and 100 were not theirs.
        #expect(done.processors == 1.5)
    }

    @Test func `fewer than ours are none`() throws {
        let before = try #require(ServerUse(Self.status(seconds: 1, reads: 10), ours: 0))
        let now = try #require(ServerUse(Self.status(seconds: 2, reads: 20), ours: 15))
        #expect(now.since(before)?.otherOperations == 0)
    }

    @Test func `another server, or one that was started anew, is not compared`() throws {
        let before = try #require(ServerUse(Self.status(seconds: 50, reads: 1000), ours: 0))
        let other = try #require(ServerUse(Self.status(host: "db2", seconds: 60, reads: 9000), ours: 0))
        let anew = try #require(ServerUse(Self.status(seconds: 3, reads: 100), ours: 0))
        #expect(other.since(before) == nil && anew.since(before) == nil)
    }

    @Test func `a server that says nothing of it has nothing to be compared`() {
        #expect(ServerUse(["host": "db1", "uptimeMillis": 1], ours: 0) == nil)
    }

    @Test func `processors are those that the server may use, where it knows`() {
        #expect(ServerUse.processors(["system": ["numCores": 16]]) == 16)
        #expect(ServerUse.processors(["system": ["numCores": 16, "numCoresAvailableToProcess": 4]]) == 4)
        #expect(ServerUse.processors(["system": ["numCores": 16, "numCoresAvailableToProcess": -1]]) == 16)
        #expect(ServerUse.processors(["ok": 1]) == nil)
    }
}
