import Foundation
import Testing
import ThreadSafety

@testable import HotColdCore

@Suite struct ThrottleTests {
    /// What the servers of a test ask for, which may change.
    private final class Servers: Sendable {
        private let asked = Locked<[Strain]>([])

        func ask(_ strains: Strain...) { ask(strains) }
        func ask(_ strains: [Strain]) { asked.withLock { $0 = strains } }

        func throttle(_ settings: ThrottleSettings = ThrottleSettings()) -> Throttle {
            Throttle(settings) { self.asked.withLock(\.self) }
        }
    }

    private static let slower = Strain(.cachePressure, workShare: 0.5, "half")
    private static let lag = Strain(.replicationLag, workShare: 0, "db2 is behind")

    @Test func `a run that nobody minds never rests`() {
        var throttle = Servers().throttle()
        for _ in 0..<1000 { throttle.learn(1000, bytes: 0, took: .milliseconds(100), sideBySide: 3) }
        #expect(throttle.rest() == nil)
        #expect(throttle.records == ThrottleRecords())
    }

    @Test func `a pause lasts as long as it is asked for, and is on record with its reason`() {
        let servers = Servers()
        var throttle = servers.throttle()
        servers.ask(Self.slower, Self.lag)
        for _ in 0..<3 {
            #expect(throttle.rest()?.strain == Self.lag)
            throttle.rested(.seconds(1), for: Self.lag)
        }
        servers.ask()
        #expect(throttle.rest() == nil)
        #expect(throttle.records.all.map(\.reason) == [.replicationLag])
        #expect(throttle.records.all.map(\.record.duration) == [.seconds(3)])
        #expect(throttle.records.all.map(\.record.detail) == ["db2 is behind"])
    }

    /// Batches of 100 ms, side by side; the rests that they cost, and that are taken, in seconds.
    @Test(
        arguments: [
            (share: 0.5, sideBySide: 1, seconds: 10.0), (0.5, 4, 2.5), (0.25, 1, 30), (0.9, 1, 1.1),
        ]
    )
    func `a run rests for the share of its time that it is not to work`(
        share: Double,
        sideBySide: Int,
        seconds: Double
    ) {
        let servers = Servers()
        var throttle = servers.throttle()
        let strain = Strain(.cachePressure, workShare: share, "")
        servers.ask(strain)
        for _ in 0..<100 {
            throttle.learn(1000, bytes: 0, took: .milliseconds(100), sideBySide: sideBySide)
            while let rest = throttle.rest() { throttle.rested(rest.duration, for: rest.strain) }
        }
        let rested = throttle.records.all.first?.record.duration.seconds ?? 0
        #expect(abs(rested - seconds) < 0.15)
    }

    @Test func `a rest that is no longer wanted is not taken`() {
        let servers = Servers()
        var throttle = servers.throttle()
        servers.ask(Strain(.cachePressure, workShare: 0.1, ""))
        throttle.learn(1000, bytes: 0, took: .seconds(3), sideBySide: 1)
        #expect(throttle.rest() != nil)
        servers.ask()
        #expect(throttle.rest() == nil)
    }

    @Test func `what a batch waited for a server that was away is not paid for by rests`() {
        var throttle = Servers().throttle(ThrottleSettings(nice: 10))
        throttle.learn(1000, bytes: 0, took: .seconds(600), sideBySide: 1)
        while let rest = throttle.rest() { throttle.rested(rest.duration, for: rest.strain) }
        let rested = throttle.records.all.first?.record.duration.seconds ?? 0
        #expect(abs(rested - 27) < 0.01)
    }

    @Test(arguments: [(nice: 0, share: 1.0), (1, 0.91), (5, 0.55), (10, 0.1)])
    func `niceness is a share of the time`(nice: Int, share: Double) {
        var throttle = Servers().throttle(ThrottleSettings(nice: nice))
        for _ in 0..<100 {
            throttle.learn(1000, bytes: 0, took: .seconds(1), sideBySide: 1)
            while let rest = throttle.rest() { throttle.rested(rest.duration, for: rest.strain) }
        }
        let rested = throttle.records.all.first?.record.duration.seconds ?? 0
        #expect(abs(100 / (100 + rested) - share) < 0.001)
        let areForNiceness = throttle.records.all.allSatisfy { $0.reason == .nice }
        #expect(areForNiceness)
    }

    @Test func `niceness adds to what servers ask for`() {
        let servers = Servers()
        var throttle = servers.throttle(ThrottleSettings(nice: 10))
        servers.ask(Self.slower)
        throttle.learn(1000, bytes: 0, took: .seconds(1), sideBySide: 1)
        var rested = Duration.zero
        while let rest = throttle.rest() {
            #expect(!rest.strain.isPause && rest.strain.reason == .cachePressure)
            throttle.rested(rest.duration, for: rest.strain)
            rested += rest.duration
        }
        #expect(abs(rested.seconds - 19) < 0.01)
    }

    @Test func `a pause file pauses as long as it is there`() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("pause-\(UUID().uuidString)")
        let throttle = Servers().throttle(ThrottleSettings(pauseFile: file.path))
        #expect(throttle.rest() == nil)
        try Data().write(to: file)
        #expect(throttle.rest()?.strain.reason == .pauseFile)
        #expect(throttle.rest()?.strain.isPause == true)
        try FileManager.default.removeItem(at: file)
        #expect(throttle.rest() == nil)
    }

    /// What others leave to a run: a share of its time, and so many batches at a time.
    private static func left(_ share: Double, _ batches: Int) -> Strain {
        var strain = Strain(.otherClients, workShare: share, "others")
        strain.batchesAtATime = batches
        return strain
    }

    @Test func `only where it is asked for batches come one at a time`() {
        let servers = Servers()
        let throttle = servers.throttle()
        servers.ask(Self.slower)
        #expect(throttle.mostAtATime == .max)
        servers.ask(Self.left(1, 3), Self.slower, Self.left(0.9, 1))
        #expect(throttle.mostAtATime == 1)
    }

    @Test func `more to mind is never less of a rest`() {
        let servers = Servers()
        let throttle = servers.throttle(ThrottleSettings(nice: 5))
        let cache = Strain(.cachePressure, workShare: 0.6, "cache")
        func share(_ strains: Strain...) -> Double {
            var throttle = throttle
            servers.ask(strains)
            throttle.learn(1000, bytes: 0, took: .seconds(1), sideBySide: 1)
            return throttle.rest()?.strain.workShare ?? 1
        }
        #expect(abs(share(cache) - 0.33) < 1e-9)
        #expect(abs(share(cache, Self.left(0.5, 1)) - 0.33) < 1e-9)
        #expect(share(cache, Self.left(0.2, 1)) == 0.2)
        #expect(share(cache, Self.left(0.2, 1), Self.lag) == 0)
    }

    @Test func `niceness is about the others already`() {
        let servers = Servers()
        var throttle = servers.throttle(ThrottleSettings(nice: 10))
        for (share, reason) in [(0.5, ThrottleReason.nice), (0.05, .otherClients)] {
            servers.ask(Self.left(share, 1))
            throttle.learn(1000, bytes: 0, took: .seconds(1), sideBySide: 1)
            #expect(throttle.rest()?.strain.reason == reason)
            #expect(throttle.rest()?.strain.workShare ?? 1 < 0.11)
        }
    }

    @Test func `a rest is as long as is asked for when it is taken, not when the work was done`() {
        let servers = Servers()
        var throttle = servers.throttle()
        servers.ask(Self.left(0.1, 1))
        throttle.learn(1000, bytes: 0, took: .milliseconds(500), sideBySide: 1)
        #expect(throttle.rest()?.duration == .seconds(1))  // The first of 4.5.
        servers.ask(Self.left(0.5, 1))
        #expect(throttle.rest()?.duration == .milliseconds(500))
        // Work that needed no rest needs none later.
        servers.ask(Self.left(1, 2))
        #expect(throttle.rest() == nil)
        for _ in 0..<100 { throttle.learn(1000, bytes: 0, took: .seconds(1), sideBySide: 2) }
        servers.ask(Self.left(0.5, 1))
        #expect(throttle.rest() == nil)
    }

    @Test func `the worst of a reason is what is told of it`() throws {
        var records = ThrottleRecords()
        for seconds in [12.0, 40, 11] {
            let strain = Strain(.replicationLag, seconds, slowFrom: 5, pauseAt: 10, "\(Int(seconds)) s")
            records.add(.seconds(1), try #require(strain))
        }
        #expect(records.all.map(\.record.detail) == ["40 s"])
    }
}

@Suite struct LatencyWatchTests {
    private static func watch(_ milliseconds: [Int], documents: Int = 1000, bytes: Int = 0) -> LatencyWatch {
        var watch = LatencyWatch()
        for time in milliseconds { watch.learn(documents, bytes: bytes, took: .milliseconds(time)) }
        return watch
    }

    @Test func `servers that stay as fast ask for nothing`() {
        #expect(Self.watch(Array(repeating: 50, count: 500)).strain == nil)
        #expect(Self.watch(Array(repeating: 50, count: 10) + Array(repeating: 140, count: 500)).strain == nil)
    }

    @Test func `one slow batch is no reason, however slow`() {
        #expect(Self.watch(Array(repeating: 50, count: 50) + [700_000]).strain == nil)
    }

    @Test func `documents that are larger may take longer`() {
        var watch = Self.watch(Array(repeating: 50, count: 10), bytes: 30_000)
        for _ in 0..<100 { watch.learn(1000, bytes: 30_000_000, took: .milliseconds(1400)) }
        #expect(watch.strain == nil)
    }

    @Test func `servers that became slower are left alone for a part of the time, and never paused for`() throws {
        let strain = try #require(
            Self.watch(Array(repeating: 50, count: 10) + Array(repeating: 325, count: 200)).strain
        )
        #expect(strain.reason == .latency && abs(strain.workShare - 0.5) < 0.01)
        #expect(strain.detail == "a batch takes 6.5 times as long as at first")
        let worst = try #require(
            Self.watch(Array(repeating: 50, count: 10) + Array(repeating: 9999, count: 200)).strain
        )
        #expect(worst.workShare == 0.1 && !worst.isPause)
    }

    @Test func `nothing is known from the first batches or from small ones`() {
        #expect(Self.watch([1, 1, 1, 1, 1, 900, 900, 900, 900]).strain == nil)
        #expect(
            Self.watch(Array(repeating: 50, count: 10) + Array(repeating: 900, count: 9), documents: 9).strain == nil
        )
    }
}
