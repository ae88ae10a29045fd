import Mongo
import Testing

@testable import HotColdCore

@Suite struct FairShareTests {
    private var fairShare = FairShare(limit: 0.75)

    /// Looks a number of times at a server that others ask for so much, and that is so busy.
    private mutating func look(_ times: Int = 1, others: Double?, busy: Double?, works: Bool = true) {
        var load = ServerLoad(server: .both)
        load.otherOperations = others
        load.busyProcessors = busy
        load.isOurs = works
        for _ in 0..<times { fairShare.learn(load) }
    }

    /// How much work of how many movers it asks the run to do; nil for all that it has.
    private var asked: (share: Double, movers: Int?)? { fairShare.strain.map { ($0.workShare, $0.batchesAtATime) } }
    private var share: Double? { asked?.share }

    @Test mutating func `a server of its own may be as busy as can be`() {
        look(100, others: 4.9, busy: 1)
        #expect(fairShare.strain == nil)
    }

    @Test mutating func `one with processors to spare has time for everybody`() {
        look(100, others: 50_000, busy: 0.75)
        #expect(fairShare.strain == nil)
    }

    @Test mutating func `a monitor that comes and goes is no client`() {
        for _ in 0..<20 {
            look(others: 500, busy: 1)
            look(5, others: 0, busy: 1)
        }
        #expect(fairShare.strain == nil)
    }

    @Test mutating func `each look at a busy server halves what a run takes, down to a tenth`() throws {
        look(others: 5, busy: 0.76)
        #expect(fairShare.strain == nil)
        var shares: [Double?] = []
        for _ in 0..<5 {
            look(others: 5, busy: 0.76)
            shares.append(share)
        }
        #expect(shares == [0.5, 0.25, 0.125, 0.1, 0.1])
        let strain = try #require(fairShare.strain)
        #expect(strain.reason == .otherClients && !strain.isPause && strain.batchesAtATime == 1)
    }

    @Test mutating func `the reason names the limit and the others, as they were seen last`() {
        look(2, others: 1790.7, busy: 0.918)
        #expect(
            fairShare.strain?.detail
                == "the processors of the server are 92 % busy (limit 75 %), and others ask it for 1,791 operations a second"
        )
        look(others: 1802, busy: 0.604)
        #expect(
            fairShare.strain?.detail == """
                the processors of the server were 92 % busy (limit 75 %), now 60 %, \
                and others ask it for 1,802 operations a second
                """
        )
    }

    @Test mutating func `a run takes more again little by little, mover after mover`() throws {
        look(2, others: 2000, busy: 0.9)
        look(10, others: 2000, busy: 0.6)
        #expect(abs(try #require(share) - 0.7) < 1e-9)
        look(16, others: 2000, busy: 0.6)
        #expect(try #require(asked) == (1, 1))
        look(50, others: 2000, busy: 0.6)
        #expect(try #require(asked) == (1, 2))
        look(others: 2000, busy: 0.9)
        #expect(try #require(asked) == (1, 1))
        look(349, others: 2000, busy: 0.6)
        #expect(try #require(asked) == (1, 7))
        look(2, others: 2000, busy: 0.6)
        #expect(fairShare.strain == nil)
        look(others: 2000, busy: 0.9)
        #expect(share == 0.5)
    }

    @Test mutating func `what is seen while it rests does not let it take more`() {
        look(2, others: 2000, busy: 0.9)
        look(100, others: 2000, busy: 0.1, works: false)
        #expect(share == 0.5)
    }

    @Test mutating func `clients that it keeps from asking are remembered for a minute`() {
        look(2, others: 6, busy: 0.9)
        look(60, others: 1, busy: 0.9)
        #expect(share == 0.1)
        look(others: 1, busy: 0.9)
        #expect(fairShare.strain == nil)
    }

    @Test mutating func `what can't be seen changes nothing`() {
        look(2, others: 2000, busy: 0.9)
        for (others, busy) in [(nil, 0.9), (2000, nil), (nil, nil)] as [(Double?, Double?)] {
            look(others: others, busy: busy)
            #expect(share == 0.5)
        }
        look(60, others: nil, busy: nil)
        #expect(fairShare.strain == nil)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300])
    mutating func `numbers that nobody can have measured do no harm`(number: Double) {
        look(2, others: 2000, busy: 0.9)
        for (others, busy) in [(number, number), (2000, number), (number, 0.9)] {
            look(3, others: others, busy: busy)
            #expect((0.1...1).contains(share ?? 1))
        }
    }
}

@Suite struct ServerUseTests {
    private static func use(
        host: String = "db1",
        seconds: Int64,
        finds: Int64,
        updates: Int64 = 0,
        getMores: Int64 = 0,
        processorSeconds: Int64 = 0,
        ours: ClosedRange<Int> = 0...0
    ) throws -> ServerUse {
        let status: BSONDocument = [
            "host": .string(host), "uptimeMillis": .int64(seconds * 1000),
            "extra_info": [
                "user_time_us": .int64(processorSeconds * 900_000),
                "system_time_us": .int64(processorSeconds * 100_000),
            ],
            "metrics": [
                "commands": [
                    "find": ["failed": 0, "total": .int64(finds)], "update": ["total": .int64(updates)],
                    "getMore": ["total": .int64(getMores)], "ping": ["total": .int64(getMores)],
                ]
            ],
        ]
        return try #require(ServerUse(status, ours: ours))
    }

    @Test func `others asked for what the run did not, and whoever waits for changes asks for nothing`() throws {
        let before = try Self.use(seconds: 100, finds: 1000, updates: 500, ours: 40...40)
        let now = try Self.use(
            seconds: 110,
            finds: 3000,
            updates: 600,
            getMores: 9000,
            processorSeconds: 15,
            ours: 140...140
        )
        // 2,100 more in ten seconds, of which 100 were ours.
        #expect(now.since(before) == ServerUse.Stretch(otherOperations: 200, isOurs: true, processors: 1.5))
    }

    @Test func `what may have been ours was ours`() throws {
        let before = try Self.use(seconds: 1, finds: 10, ours: 3...8)
        let now = try Self.use(seconds: 2, finds: 50, ours: 30...38)
        #expect(now.since(before)?.otherOperations == 5)
        let fewer = try Self.use(seconds: 2, finds: 40, ours: 30...38)
        #expect(fewer.since(before)?.otherOperations == 0)
    }

    @Test func `to keep a lease is no work, and an hour ago is too long`() throws {
        let before = try Self.use(seconds: 1, finds: 10, ours: 3...3)
        #expect(try Self.use(seconds: 2, finds: 50, ours: 5...5).since(before)?.isOurs == false)
        #expect(try Self.use(seconds: 2, finds: 50, ours: 6...6).since(before)?.isOurs == true)
        #expect(try Self.use(seconds: 61, finds: 50, ours: 6...6).since(before) == nil)
    }

    @Test func `another server, or one that was started anew, is not compared`() throws {
        let before = try Self.use(seconds: 50, finds: 1000)
        #expect(try Self.use(host: "db2", seconds: 60, finds: 9000).since(before) == nil)
        #expect(try Self.use(seconds: 3, finds: 100).since(before) == nil)
    }

    @Test func `a server that says nothing of it has nothing to be compared`() {
        #expect(ServerUse(["host": "db1", "uptimeMillis": 1], ours: 0...0) == nil)
    }

    @Test func `processors are those that the server may use, where it knows`() {
        #expect(ServerUse.processors(["system": ["numCores": 16]]) == 16)
        #expect(ServerUse.processors(["system": ["numCores": 16, "numCoresAvailableToProcess": 4]]) == 4)
        #expect(ServerUse.processors(["system": ["numCores": 16, "numCoresAvailableToProcess": -1]]) == 16)
        #expect(ServerUse.processors(["ok": 1]) == nil)
    }
}

@Suite struct MachineUseTests {
    /// A reply of a server, with seconds of processor time.
    private static func use(started: Int64 = 1, _ seconds: KeyValuePairs<String, Int64>) throws -> MachineUse {
        var processors: BSONDocument = ["num_cpus": 2, "btime": .int64(started)]
        for (name, value) in seconds { processors = processors.appending(name + "_ms", .double(Double(value) * 1000)) }
        return try #require(MachineUse(["data": ["systemMetrics": ["cpu": .document(processors)]]]))
    }

    private static let before: KeyValuePairs<String, Int64> = ["user": 100, "system": 50, "idle": 800, "iowait": 50]

    @Test func `whoever is not idle is busy, and to wait for a disk is to be idle`() throws {
        let now = try Self.use(["user": 106, "system": 51, "idle": 801, "iowait": 51, "guest": 70])
        // 6 + 1 of 9.
        #expect(try #require(now.busyShare(since: Self.use(Self.before))) == 7.0 / 9)
        let others = try Self.use(
            ["user": 100, "nice": 1, "system": 50, "idle": 804, "iowait": 50, "irq": 1, "softirq": 1, "steal": 1]
        )
        #expect(try others.busyShare(since: Self.use(Self.before)) == 0.5)
    }

    @Test func `what was said before says nothing, nor does another machine or one that was started again`() throws {
        #expect(try Self.use(Self.before).busyShare(since: Self.use(Self.before)) == nil)
        #expect(try Self.use(started: 2, ["user": 900, "idle": 900]).busyShare(since: Self.use(Self.before)) == nil)
        #expect(try Self.use(["user": 1, "idle": 900]).busyShare(since: Self.use(Self.before)) == nil)
        #expect(try Self.use(["user": 900, "idle": 1]).busyShare(since: Self.use(Self.before)) == nil)
    }

    @Test(arguments: [["data": [:]], ["data": ["systemMetrics": ["memory": [:]]]], ["ok": 1]] as [BSONDocument])
    func `a server that collects nothing does not tell`(reply: BSONDocument) {
        #expect(MachineUse(reply) == nil)
    }

    /// A server may have but some of the machine's processors for itself, and little may be left of the others.
    @Test(arguments: [(0.3, 0.9, 0.9), (0.9, 0.3, 0.9), (nil, 0.4, 0.4), (0.4, nil, 0.4), (nil, nil, nil)])
    func `the process or the machine, whichever is busier, counts`(process: Double?, machine: Double?, busy: Double?) {
        var load = ServerLoad(server: .both)
        load.busyProcessors = process
        load.readMachine(machine)
        #expect(load.busyProcessors == busy)
    }

    @Test func `a server that is late with its next reading is as busy as it was, for ten looks`() throws {
        var watch = MachineWatch()
        #expect(try watch.learn(Self.use(Self.before)) == nil)
        let busy = try Self.use(["user": 109, "system": 50, "idle": 801, "iowait": 50])
        for _ in 0...10 { #expect(watch.learn(busy) == 0.9) }
        #expect(watch.learn(busy) == nil)
        #expect(try watch.learn(Self.use(["user": 110, "system": 50, "idle": 802, "iowait": 50])) == 0.5)
        // It collects no more, then again.
        #expect(watch.learn(nil) == nil)
        #expect(try watch.learn(Self.use(["user": 130, "system": 50, "idle": 802, "iowait": 50])) == nil)
        #expect(try watch.learn(Self.use(["user": 140, "system": 50, "idle": 802, "iowait": 50])) == 1)
    }
}
