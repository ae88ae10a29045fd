import Mongo
import Testing

@testable import HotColdCore

@Suite struct LoadRulesTests {
    private static func strains(
        isTarget: Bool = true,
        _ settings: ThrottleSettings = ThrottleSettings(),
        _ change: (inout ServerLoad) -> Void
    ) -> [Strain] {
        var load = ServerLoad(server: .both)
        change(&load)
        return LoadRules(settings: settings, isTarget: isTarget).strains(load)
    }

    @Test func `a server that shows nothing asks for nothing`() {
        #expect(Self.strains { _ in } == [])
    }

    /// Seconds of lag, and the share of its time that a run then works with the usual limit of ten.
    @Test(arguments: [(0, 1), (5, 1), (6, 0.8), (9, 0.2), (9.6, 0), (10, 0), (500, 0)])
    func `from half of the limit on lag slows down, and pauses at it`(seconds: Double, share: Double) {
        let strain = Self.strains { $0.lag = ReplicationLag.Member(name: "b", lag: .seconds(seconds), isDown: false) }
            .first
        #expect(abs((strain?.workShare ?? 1) - share) < 1e-9)
        #expect(strain.map { $0.reason == .replicationLag } ?? (share == 1))
    }

    @Test func `the reason names member, lag and limit`() {
        let strain = Self.strains {
            $0.lag = ReplicationLag.Member(name: "db2:27017", lag: .seconds(14), isDown: false)
        }
        #expect(strain.map(\.detail) == ["db2:27017 is 14 s behind (limit 10 s)"])
        let down = Self.strains { $0.lag = ReplicationLag.Member(name: "db2:27017", lag: nil, isDown: true) }
        #expect(down.map(\.isPause) == [true])
        #expect(down.map(\.detail) == ["db2:27017 is down, and how far it is behind is not known"])
    }

    @Test func `with a limit of zero nobody looks at the lag`() {
        let strains = Self.strains(ThrottleSettings(maximumLag: .zero)) {
            $0.lag = ReplicationLag.Member(name: "b", lag: nil, isDown: true)
            $0.majorityLag = .seconds(99)
        }
        #expect(strains == [])
    }

    @Test func `where members can't be seen the majority counts`() {
        let strains = Self.strains { $0.majorityLag = .seconds(11) }
        #expect(strains.map(\.isPause) == [true])
        #expect(strains.map(\.detail) == ["the majority of the members is 11 s behind (limit 10 s)"])
    }

    @Test func `flow control pauses`() {
        #expect(Self.strains { $0.isFlowControlled = true }.map(\.reason) == [.flowControl])
        let areAllPauses = Self.strains { $0.isFlowControlled = true }.allSatisfy(\.isPause)
        #expect(areAllPauses)
    }

    @Test(arguments: [(0.05, 1), (0.15, 1), (0.175, 0.5), (0.20, 0), (0.5, 0)])
    func `before clients have to evict changed pages a run slows down`(dirty: Double, share: Double) {
        let strain = Self.strains { $0.dirtyShare = dirty }.first
        #expect(abs((strain?.workShare ?? 1) - share) < 1e-9)
    }

    @Test func `of the three parts of the cache the worst counts`() {
        let strains = Self.strains {
            ($0.dirtyShare, $0.updatesShare, $0.usedShare) = (0.16, 0.099, 0.80)
        }
        #expect(strains.count == 1)
        #expect(strains.first?.detail == "10 % of the cache of the server are changes (limit 10 %)")
        #expect(Self.strains { $0.usedShare = 0.96 }.map(\.isPause) == [true])
        #expect(Self.strains { $0.usedShare = 0.81 } == [])
    }

    /// Such a server may have a fifth of its cache full of changes for hours: a run would wait for nothing.
    @Test func `a server that lets changes lie in its cache is in no trouble where they do`() {
        let roomy = EvictionTriggers(["eviction_dirty_trigger=90,eviction_updates_trigger=80"], cacheBytes: 1)
        #expect(
            Self.strains {
                ($0.dirtyShare, $0.updatesShare, $0.usedShare) = (0.6, 0.5, 0.7)
                $0.triggers = roomy
            } == []
        )
        let strains = Self.strains {
            $0.updatesShare = 0.8
            $0.triggers = roomy
        }
        #expect(strains.map(\.detail) == ["80 % of the cache of the server are changes (limit 80 %)"])
    }

    /// Bytes free of a disk of so many, and whether a run goes on.
    @Test(
        arguments: [
            (total: 1 << 40, free: 6 << 30, isPause: nil), (1 << 40, 5 << 30, true), (10 << 30, 1 << 30, nil),
            (10 << 30, (1 << 30) / 2, true), (1 << 40, (5 << 30) + (1 << 29) - (1 << 28), false),
        ] as [(total: Int64, free: Int64, isPause: Bool?)]
    )
    func `a target's disk keeps a twentieth free, and 5 GiB where it is large`(
        total: Int64,
        free: Int64,
        isPause: Bool?
    ) {
        let disk = ServerFacts.Disk(total: total, used: total - free)
        #expect(Self.strains { $0.disk = disk }.first?.isPause == isPause)
        #expect(Self.strains(isTarget: false) { $0.disk = disk } == [])
        #expect(Self.strains(ThrottleSettings(minimumFreeDisk: 0)) { $0.disk = disk } == [])
        #expect(Self.strains(ThrottleSettings(minimumFreeDisk: total)) { $0.disk = disk }.first?.isPause == true)
    }

    @Test func `an oplog that reaches back for too short a time pauses`() {
        #expect(Self.strains { $0.oplogWindow = .seconds(3600) }.map(\.isPause) == [true])
        #expect(Self.strains { $0.oplogWindow = .seconds(4500) }.map(\.isPause) == [false])
        #expect(Self.strains { $0.oplogWindow = .seconds(7200) } == [])
        #expect(Self.strains(ThrottleSettings(minimumOplogWindow: .zero)) { $0.oplogWindow = .zero } == [])
    }
}

@Suite struct EvictionTriggersTests {
    @Test(
        arguments: [
            ([], 0.2, 0.1, 0.95), (["cache_size=1G"], 0.2, 0.1, 0.95),
            (["eviction_dirty_trigger=30"], 0.3, 0.15, 0.95),
            (["eviction_dirty_trigger=40,eviction_updates_trigger=5,eviction_trigger=90"], 0.4, 0.05, 0.9),
            // The later over the earlier, and 0 for what is usual.
            (["eviction_updates_trigger=30", "eviction_updates_trigger=0"], 0.2, 0.1, 0.95),
            (["eviction_dirty_trigger=30,eviction_trigger=80", "eviction_dirty_trigger=50"], 0.5, 0.25, 0.8),
            // Bytes.
            (["eviction_dirty_trigger=256M,eviction_updates_trigger=104857600"], 0.25, 0.09765625, 0.95),
            (["eviction_dirty_trigger=2GB"], 1, 0.5, 0.95),
            ([" eviction=( threads_max = 4 ) , eviction_trigger = 97 "], 0.2, 0.1, 0.97),
            // Nobody can mean these.
            (["eviction_dirty_trigger=,eviction_trigger=-5,eviction_updates_trigger=a lot"], 0.2, 0.1, 0.95),
            (["eviction_dirty_trigger=0,eviction_trigger=0,=,eviction_trigger=1=2"], 0.2, 0.1, 0.95),
        ] as [(settings: [String], dirty: Double, updates: Double, used: Double)]
    )
    func `are what a server was configured with`(settings: [String], dirty: Double, updates: Double, used: Double) {
        let triggers = EvictionTriggers(settings, cacheBytes: 1_073_741_824)
        #expect((triggers.dirty, triggers.updates, triggers.used) == (dirty, updates, used))
    }
}

@Suite struct EngineSettingsTests {
    @Test func `what was set later counts, and what could not be asked for again stays`() {
        var settings = EngineSettings()
        #expect(settings.configurations == [])
        settings.readOptions(["parsed": ["storage": ["wiredTiger": ["engineConfig": ["configString": "a=1"]]]]])
        #expect(settings.configurations == ["a=1"])
        settings.readParameters(["wiredTigerEngineRuntimeConfig": "b=2", "wiredTigerEvictionDirtyMaxGB": 1.5])
        #expect(settings.configurations == ["eviction_dirty_trigger=1536M", "a=1", "b=2"])
        settings.readParameters(["wiredTigerEngineRuntimeConfig": "", "wiredTigerEvictionDirtyMaxGB": 0.0])
        #expect(EvictionTriggers(settings.configurations, cacheBytes: 1) == EvictionTriggers())
        settings.readOptions(["parsed": ["net": ["port": 27017]]])
        #expect(settings.configurations == ["eviction_dirty_trigger=0M", ""])
    }
}

@Suite struct ServerLoadTests {
    @Test func `reads what serverStatus says of cache and flow control`() {
        var load = ServerLoad(server: .hot)
        load.readStatus([
            "flowControl": ["enabled": true, "isLagged": true],
            "wiredTiger": [
                "cache": [
                    "maximum bytes configured": 1000, "tracked dirty bytes in the cache": 70,
                    "bytes allocated for updates": 30, "bytes currently in the cache": 800,
                ]
            ],
        ])
        #expect(load.isFlowControlled && load.dirtyShare == 0.07)
        #expect(load.updatesShare == 0.03 && load.usedShare == 0.8)
    }

    @Test func `flow control that is switched off holds nothing back`() {
        var load = ServerLoad(server: .hot)
        load.readStatus(["flowControl": ["enabled": false, "isLagged": true]])
        #expect(!load.isFlowControlled)
    }

    @Test(arguments: [Double.nan, .infinity, -1, 1e300])
    func `what nobody can have measured is not there`(bytes: Double) {
        var load = ServerLoad(server: .hot)
        load.readStatus([
            "wiredTiger": [
                "cache": ["maximum bytes configured": 1000, "tracked dirty bytes in the cache": .double(bytes)]
            ]
        ])
        #expect(load.dirtyShare == nil)
    }

    @Test func `reads how far the majority is behind from hello`() {
        var load = ServerLoad(server: .hot)
        load.readHello([
            "lastWrite": [
                "lastWriteDate": .date(milliseconds: 20_000), "majorityWriteDate": .date(milliseconds: 8_000),
            ]
        ])
        #expect(load.majorityLag == .seconds(12))
        load.readHello([
            "lastWrite": [
                "lastWriteDate": .date(milliseconds: .min), "majorityWriteDate": .date(milliseconds: .max),
            ]
        ])
        #expect(load.majorityLag == .zero)
    }

    @Test func `an oplog that still has room reaches back for ever`() {
        let status: BSONDocument = [
            "oplog": [
                "earliestOptime": .timestamp(seconds: 1000, increment: 1),
                "latestOptime": .timestamp(seconds: 1600, increment: 7),
            ]
        ]
        var load = ServerLoad(server: .hot)
        load.readOplog(status, stats: ["size": 80, "maxSize": 100])
        #expect(load.oplogWindow == nil)
        load.readOplog(status, stats: ["size": 95, "maxSize": 100])
        #expect(load.oplogWindow == .seconds(600))
    }
}
