import TestSupport

@testable import HotColdCLI
@testable import HotColdCore
@testable import Mongo

extension FuzzTarget {
    /// Replies of a server to commands: whatever reads one gets any document.
    static let reply = FuzzTarget(
        name: "reply",
        seeds: { withMonsters(replies) },
        run: { bytes in
            guard let reply = try? BSONDocument(bytes: bytes[...]) else { return }
            readWrites(reply)
            readFacts(reply)
            readSums(reply)
            readLoad(reply)
            if let page = try? CursorPage(reply, server: 1, batchSize: nil) {
                for document in page.documents {
                    require((try? BSONDocument(bytes: document.bytes)) == document, "whole documents in a page")
                }
            }
        }
    )

    private static func readWrites(_ reply: BSONDocument) {
        let result = WriteResult(reply)
        for error in result.writeErrors { _ = (error.concernsDocument, error.index) }
        do { try result.orThrow() } catch { _ = "\(error)" }
        let (name, message) = (reply["codeName"]?.string, reply["errmsg"]?.string ?? "")
        let error = MongoError(.server, code: 1, codeName: name, message: message)
        _ = ("\(error)", error.advice, error.isTransient)
    }

    private static func readFacts(_ reply: BSONDocument) {
        var usage = StorageUsage(collStats: reply)
        for _ in 0..<3 { usage += usage }
        _ = (usage.averageDocumentBytes, usage.compressionRatio, CollectionFacts.averageDocumentBytes(reply))
        _ = FieldSample.size(average: CollectionFacts.averageDocumentBytes(reply).map(Int.init))
        let deployment = Deployment(hello: reply)
        let time = (try? deployment.localTime) ?? 0
        _ = (deployment.isReplicaSet, deployment.shardingRole, ServerClock(start: time).now)
        let policy = Policy(kind: .timeBased, dateField: FieldPath("d"))
        _ = PolicyFilter(policy, at: time).eligible
        var facts = ServerFacts(server: .hot, address: "h")
        facts.readHello(reply, before: 1_795_363_200_000, after: 1_795_363_200_010)
        facts.disk = ServerFacts.Disk(dbStats: reply)
        facts.oplogBytes = ServerFacts.oplogBytes(reply)
        facts.version = reply["version"]?.string
        facts.access = AccessFacts(connectionStatus: reply, isControlled: true)
        _ = facts.access.missing(["find"], on: Namespace(database: "a", collection: "b"))
        _ = SpaceRules.findings(moving: .max, to: facts, from: facts, areOne: false)
        let index = CollectionFacts.Index(name: "i", key: reply["key"]?.document ?? reply, specification: reply)
        _ = (index.expireAfterSeconds, index.leadingField, try? QueryPlan(reply))
        _ = Quantity.bytes(usage.dataBytes)
    }

    /// What a run looks at beside its work.
    private static func readLoad(_ reply: BSONDocument) {
        var load = ServerLoad(server: .both)
        var engine = EngineSettings()
        engine.readOptions(reply)
        engine.readParameters(reply)
        load.readStatus(reply, engine: engine.configurations)
        load.readHello(reply)
        load.readOplog(reply, stats: reply)
        load.disk = ServerFacts.Disk(dbStats: reply)
        if let status = reply["now"]?.document, let earlier = reply["earlier"]?.document,
            let use = ServerUse(status, ours: 1...2), let before = ServerUse(earlier, ours: 0...1)
        {
            load.readUse(use, since: before, processors: ServerUse.processors(reply))
        }
        var machine = MachineWatch()
        for name in ["earlier", "now", "now"] {
            load.readMachine(machine.learn(reply[name]?.document.flatMap(MachineUse.init)))
        }
        var fairShare = FairShare(limit: 0.5)
        for _ in 0..<3 {
            fairShare.learn(load)
            require((0...1).contains(fairShare.strain?.workShare ?? 1), "a share of the time")
        }
        var lags = ReplicationLag.Reader()
        for _ in 0..<2 {
            load.lag = lags.read(reply).worst
            lags.readConfiguration(reply)
        }
        let rules = LoadRules(settings: ThrottleSettings(minimumFreeDisk: .max), isTarget: true)
        for strain in rules.strains(load) { require((0...1).contains(strain.workShare), "a share of the time") }
    }

    /// Sums that the server makes: of a census, of a sample.
    private static func readSums(_ reply: BSONDocument) {
        let policy = Policy(kind: .timeBased, dateField: FieldPath("d"), dateType: .epochMillis)
        var sum = policy.sum(reply)
        sum += sum
        let grid = DateGrid([PolicyFilter(policy, at: 1_795_363_200_000)])
        if let cell = try? grid.cell(reply, policy: policy) {
            let scaled = cell.scaled(by: 1_000_000)
            for cells in [[cell, cell], [scaled, scaled]] {
                let census = PolicyCensus(
                    grid: grid,
                    all: cells,
                    candidates: cells,
                    held: [cell],
                    eligible: DateGrid.Sum(),
                    sampled: nil
                )
                for cutoff in [nil, Int64(0)] as [Int64?] {
                    _ = census.movable(.dated(grid.axes[0].field, from: nil, before: cutoff))
                }
                _ = (census.all.sum(), Quantity.bytes(census.all.sum().bytes))
            }
        }
        var sample = FieldSample(size: 1_000, fields: grid.axes.map { FieldSample.Field(field: $0.field) })
        sample.read(reply)
        _ = (sample.unknownFields, sample.bytesToMove(ofDocuments: .max))
    }

    private static let replies: [BSONDocument] = [
        [
            "n": 1, "ok": .double(1),
            "writeErrors": [["index": 0, "code": 11000, "errmsg": "E11000", "keyPattern": ["a": 1]]],
        ],
        [
            "members": [
                ["name": "a", "state": 1, "health": 1, "optimeDate": .date(milliseconds: 1_795_363_200_000)],
                ["name": "b", "state": 8, "health": 0, "optimeDate": .date(milliseconds: 0)],
            ],
            "config": ["members": [["host": "b", "secondaryDelaySecs": 60, "arbiterOnly": false]]],
            "flowControl": ["enabled": true, "isLagged": true],
            "wiredTiger": ["cache": ["maximum bytes configured": 1000, "tracked dirty bytes in the cache": 190]],
            "oplog": [
                "earliestOptime": .timestamp(seconds: 1000, increment: 1),
                "latestOptime": .timestamp(seconds: 1600, increment: 7),
            ],
            "lastWrite": [
                "lastWriteDate": .date(milliseconds: 20_000), "majorityWriteDate": .date(milliseconds: 8_000),
            ],
        ],
        [
            "now": [
                "host": "h", "uptimeMillis": .int64(2000),
                "extra_info": ["user_time_us": 900_000, "system_time_us": 50_000],
                "metrics": ["commands": ["find": ["total": .int64(900)], "update": ["total": .int64(100)]]],
            ],
            "earlier": [
                "host": "h", "uptimeMillis": .int64(1000),
                "extra_info": ["user_time_us": 100_000, "system_time_us": 50_000],
                "metrics": ["commands": ["find": ["total": .int64(100)], "update": ["total": .int64(10)]]],
            ],
            "system": ["numCores": 2, "numCoresAvailableToProcess": 1],
        ],
        [
            "nInserted": 2, "writeConcernErrors": [["code": 64, "errmsg": "waiting"]],
            "errorLabels": ["RetryableWriteError"],
        ],
        ["ok": .double(0), "errmsg": "no", "code": 112, "codeName": "WriteConflict", "n": .int64(.max)],
        ["cursor": ["id": .int64(7), "ns": "a.b", "firstBatch": [["_id": 1], ["_id": 2, "v": "x"]]], "ok": 1],
        ["cursor": ["id": .int64(0), "ns": "a.b.c", "nextBatch": []], "ok": 1],
        [
            "setName": "rs0", "me": "h:27017", "msg": "isdbgrid", "localTime": .date(milliseconds: 1_795_363_200_000),
            "topologyVersion": ["processId": .objectID(Array(1...12)), "counter": .int64(6)], "version": "6.0.5",
        ],
        [
            "count": 3, "size": .int64(300), "storageSize": .double(4096), "totalIndexSize": 4096, "freeStorageSize": 0,
            "avgObjSize": .double(100.5), "maxSize": .double(1e9), "fsTotalSize": .double(1e12),
            "fsUsedSize": .double(1e11),
        ],
        ["_id": ["0": 1], "documents": .int64(5), "bytes": .int64(500), "oldest": .int64(1), "newest": .double(1e15)],
        ["_id": ["0": "string"], "documents": 1, "bytes": 10],
        [
            "contents": [["_id": ["0": "usable date"], "documents": 5], ["_id": ["0": "missing"], "documents": 2]],
            "eligible": [["documents": 3, "bytes": .int64(1000)]],
        ],
        [
            "authInfo": [
                "authenticatedUsers": [["user": "u", "db": "admin"]],
                "authenticatedUserPrivileges": [
                    ["resource": ["db": "a", "collection": ""], "actions": ["find", "insert"]]
                ],
            ]
        ],
        ["name": "d_1", "key": ["d": 1], "expireAfterSeconds": .double(3600), "hidden": true],
        [
            "queryPlanner": [
                "winningPlan": ["stage": "FETCH", "inputStages": [["stage": "IXSCAN", "indexName": "d_1"]]]
            ]
        ],
    ]
}
