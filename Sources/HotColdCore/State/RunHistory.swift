internal import Mongo

/// The history of runs: a document per run and collection, `running` from its start, with its outcome at its end.
struct RunHistory: Sendable {
    let store: StateStore
    let run: String

    private func id(_ plan: MigrationPlan) -> BSONValue { .string("\(run)/\(plan.collection.name)") }

    /// Writes the run as running, after closing what dead runs of the same collection left open.
    ///
    /// - Parameters:
    ///   - lease: the run's own, which tells that they are dead.
    ///   - coldCluster: the identity of the archive's cluster: names of collections say which only within one.
    ///   - coldDocuments: what the archive has, once what dead runs left is settled.
    /// - Throws: `MigrationError.leaseLost`, or what the server and the driver throw.
    func begin(
        _ plan: MigrationPlan,
        _ identities: TierIdentities,
        under lease: Lease,
        coldCluster: BSONValue,
        coldDocuments: Int,
        with connection: Connection
    ) async throws {
        var record = BSONDocument([
            ("_id", id(plan)), ("run_id", .string(run)), ("command", .string(plan.direction.rawValue)),
            ("status", "running"), ("host", .string(HostIdentity.current.host)),
            ("pid", .int32(HostIdentity.current.pid)), ("version", .string(Version.current)),
            ("started_at", .date(milliseconds: plan.clock.start)), ("cold_cluster", coldCluster),
            ("copy_only", .bool(!plan.deletesSource)),
        ])
        let described = CollectionReport(collection: plan.collection, direction: plan.direction, plan: plan)
        for element in try (described.structured.bsonDocument?.elements() ?? []) where element.name != "status" {
            record = record.appending(element.name, element.value)
        }
        record = record.appending("uuids", identities.recorded)
        record = record.appending("policy_used", plan.collection.policy.structured.bsonValue)
        record = record.appending("cold_documents", .int(coldDocuments))
        // It is no migration of the policy's: nothing is measured by it.
        if plan.options.onlyDuplicates { record = record.appending("only_duplicates", true) }
        if plan.hasEarlyDates { record = record.appending("early_dates", true) }
        let (store, run, final) = (store, run, record)
        try await connection.withClient { client in
            try lease.confirm(with: client)
            try Self.closeAbandoned(plan, except: run, in: store, with: client)
            do {
                try client.write(
                    ["insert": .string(store.runs.collection), "documents": [.document(final)]],
                    on: store.database
                )
            } catch let error as MongoError where error.code == MongoError.Code.duplicateKey {
                // Written before, and the answer was lost: the id is this run's own.
            }
        }
    }

    /// Writes who the collections are, now that the target is made.
    func note(_ identities: TierIdentities, in plan: MigrationPlan, with connection: Connection) async throws {
        try await update(plan, ["$set": ["uuids": identities.recorded]], with: connection)
    }

    /// Writes what the run pauses for; nil where it works again.
    func pause(_ pause: PauseBoard.Entry?, in plan: MigrationPlan, with connection: Connection) async throws {
        let change: BSONDocument =
            pause.map { ["$set": ["paused": .document($0.document)]] } ?? ["$unset": ["paused": ""]]
        try await update(plan, change, with: connection)
    }

    /// Changes the record of a run that has not ended.
    private func update(_ plan: MigrationPlan, _ change: BSONDocument, with connection: Connection) async throws {
        let (store, id) = (store, id(plan))
        try await connection.withClient { client in
            _ = try client.write(
                [
                    "update": .string(store.runs.collection),
                    "updates": [["q": ["_id": id, "status": "running"], "u": .document(change)]],
                ],
                on: store.database
            )
        }
    }

    /// Writes how the run ended.
    func end(_ report: CollectionReport, with connection: Connection) async throws {
        guard let plan = report.plan else { return }
        let finished: BSONValue = .date(milliseconds: plan.clock.now)
        let fields = (report.structured.bsonDocument ?? BSONDocument()).appending("finished_at", finished)
        let (store, id) = (store, id(plan))
        try await connection.withClient { client in
            _ = try client.write(
                [
                    "update": .string(store.runs.collection),
                    "updates": [["q": ["_id": id], "u": ["$set": .document(fields), "$unset": ["paused": ""]]]],
                ],
                on: store.database
            )
        }
    }

    /// Marks runs of these namespaces that are still `running` as `abandoned`: whoever holds the leases knows that
    /// their processes are gone.
    ///
    /// What they moved is summed up from the journal, which never lies.
    private static func closeAbandoned(
        _ plan: MigrationPlan,
        except run: String,
        in store: StateStore,
        with client: borrowing Client
    ) throws {
        let pair: BSONValue = ["$in": [.string(plan.source.description), .string(plan.destination.description)]]
        let find: BSONDocument = [
            "find": .string(store.runs.collection),
            "filter": ["status": "running", "source": pair, "target": pair, "run_id": ["$ne": .string(run)]],
            "projection": ["run_id": 1, "source": 1, "command": 1],
        ]
        for abandoned in try client.all(find, on: store.database) {
            guard let id = abandoned["_id"] else { continue }
            var outcome: BSONDocument = ["status": "abandoned"]
            for element in try sums(ofDead: abandoned, in: store, with: client)?.elements() ?? [] {
                outcome = outcome.appending(element.name, element.value)
            }
            try client.write(
                [
                    "update": .string(store.runs.collection),
                    "updates": [["q": ["_id": id], "u": ["$set": .document(outcome)]]],
                ],
                on: store.database
            )
        }
    }

    /// What a run that died has moved, as the journal has it: the fields of its outcome; nil where it moved nothing.
    ///
    /// - Parameter record: of `runs`, with `run_id`, `source` and `command`.
    static func sums(
        ofDead record: BSONDocument,
        in store: StateStore,
        with client: borrowing Client
    ) throws -> BSONDocument? {
        guard let run = record["run_id"], let source = record["source"] else { return nil }
        let moved = record["command"]?.string == Direction.restore.rawValue ? "restored" : "migrated"
        let deleted: BSONValue = ["$cond": ["$copy_only", 0, "$count"]]
        let sums: BSONDocument = [
            "_id": .null, moved: ["$sum": "$count"], "scanned": ["$sum": "$count"], "deleted": ["$sum": deleted],
            "bytes": ["$sum": "$bytes"], "batches": ["$sum": 1], "finished_at": ["$max": "$committed_at"],
        ]
        let aggregate: BSONDocument = [
            "aggregate": .string(store.batches.collection),
            "pipeline": [
                ["$match": ["run": run, "source": source]], ["$group": .document(sums)], ["$unset": "_id"],
            ],
            "cursor": [:],
        ]
        return try client.all(aggregate, on: store.database).first
    }
}
