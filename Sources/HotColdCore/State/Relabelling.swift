internal import Mongo

/// What the records of runs say of an archive's place, and what they are to say.
struct Relabelling: Sendable {
    let hot: Namespace
    let former: Namespace
    /// The last run between the two, as the history has it.
    let last: BSONDocument
    let archive: Namespace
    /// The archive's UUID.
    let uuid: BSONValue
    /// The identity of the archive's cluster; nil where no run has used that cluster yet.
    let cluster: BSONValue?

    /// Whether the archive is the former collection itself.
    var isSameCollection: Bool { uuid.type == .binary && formerUUID == uuid }

    /// Whether both places are on one cluster.
    var staysOnCluster: Bool { cluster != nil && last["cold_cluster"] == cluster }

    /// Whether the last run has used the new place.
    var isNothing: Bool { staysOnCluster && former == archive && formerUUID == uuid }

    private var formerUUID: BSONValue { last["uuids"]?.document?["cold"] ?? .null }

    /// The same where the cluster has got its identity.
    func on(_ cluster: BSONValue) -> Relabelling {
        Relabelling(hot: hot, former: former, last: last, archive: archive, uuid: uuid, cluster: cluster)
    }
}

// MARK: - Reading

extension Relabelling {
    /// The last run between a hot collection and an archive; and any archive, where that is nil.
    static func lastRecord(
        between hot: Namespace,
        _ archive: Namespace?,
        in store: StateStore,
        with client: borrowing Client
    ) throws -> BSONDocument? {
        let (hot, archive) = (
            BSONValue.string(hot.description), archive.map { BSONValue.string($0.description) } ?? ["$exists": true]
        )
        let find: BSONDocument = [
            "find": .string(store.runs.collection),
            "filter": [
                "$or": [
                    ["source": hot, "target": archive, "command": "migrate"],
                    ["source": archive, "target": hot, "command": "restore"],
                ], "status": ["$ne": "running"],
            ],
            "sort": ["started_at": -1], "limit": 1,
        ]
        return try client.all(find, on: store.database).first
    }

    /// The archive's name in a record of the history.
    static func archive(of record: BSONDocument) -> String? {
        record[record["command"]?.string == Direction.migrate.rawValue ? "target" : "source"]?.string
    }

    /// How many records would change.
    func count(in store: StateStore, with client: borrowing Client) throws -> AdoptionReport.Records {
        func count(_ collection: Namespace, _ ways: [Way]) throws -> Int {
            let command: BSONDocument = [
                "count": .string(collection.collection), "query": ["$or": .array(ways.map { .document($0.query) })],
            ]
            return Int(try client.run(command.alongIDs, on: store.database, .read)["n"]?.quantity ?? 0)
        }
        return AdoptionReport.Records(
            runs: try count(store.runs, ways(by: "command")),
            batches: try count(store.batches, ways(by: "direction"))
        )
    }
}

// MARK: - Writing

extension Relabelling {
    /// The records of one direction.
    private struct Way {
        /// Which records.
        let query: BSONDocument
        /// The field that has the archive's name.
        let field: String
    }

    /// Those that the former archive itself is in, not one that had its name before.
    ///
    /// - Parameter field: where a record says its direction.
    private func ways(by field: String) -> [Way] {
        [(Direction.migrate, "source", "target"), (.restore, "target", "source")].map { direction, ofHot, ofArchive in
            Way(
                query: BSONDocument([
                    (field, .string(direction.rawValue)), (ofHot, .string(hot.description)),
                    (ofArchive, .string(former.description)), ("uuids.cold", formerUUID),
                ]),
                field: ofArchive
            )
        }
    }

    /// Has history and journal name the new place.
    func write(in store: StateStore, with client: borrowing Client) throws -> AdoptionReport.Records {
        func write(_ collection: Namespace, _ ways: [Way], _ more: (String, BSONValue)) throws -> Int {
            let updates = ways.map { way -> BSONValue in
                let fields = BSONDocument([
                    (way.field, .literal(.string(archive.description))), ("uuids.cold", uuid),
                    ("former_archive", .literal(.string(former.description))), more,
                ])
                let update: BSONDocument = [
                    "q": .document(way.query), "u": [["$set": .document(fields)]], "multi": true,
                ]
                return .document(update.alongIDs)
            }
            let reply = try client.write(
                ["update": .string(collection.collection), "updates": .array(updates), "comment": "hotcold adopt"],
                on: store.database
            )
            return Int(reply["nModified"]?.quantity ?? 0)
        }
        let cluster = cluster ?? .null
        // Only records of copies say on which cluster they are.
        let ofCopies: BSONValue = ["$cond": [["$eq": ["$copy_only", true]], cluster, "$$REMOVE"]]
        let batches = try write(store.batches, ways(by: "direction"), ("cold_cluster", ofCopies))
        return AdoptionReport.Records(
            runs: try write(store.runs, ways(by: "command"), ("cold_cluster", cluster)),
            batches: batches
        )
    }

    /// Has quarantine name the new place, where that is on the same cluster: else it stays behind.
    func writeQuarantine(in store: StateStore, with cold: borrowing Client) throws {
        let update: BSONDocument = [
            "q": ["ns": .string(former.description), "uuid": formerUUID],
            "u": ["$set": ["ns": .string(archive.description), "uuid": uuid]], "multi": true,
        ]
        try cold.write(
            [
                "update": .string(store.quarantine.collection), "updates": [.document(update.alongIDs)],
                "comment": "hotcold adopt",
            ],
            on: store.database
        )
    }

    /// What the history keeps of the adoption.
    func record(run: String, documents: Int, at clock: ServerClock) -> BSONDocument {
        let name = last["collection"]?.string ?? "?"
        let uuids: BSONDocument = ["hot": last["uuids"]?.document?["hot"] ?? .null, "cold": uuid]
        return BSONDocument([
            ("_id", .string("\(run)/\(name)")), ("run_id", .string(run)), ("command", "adopt"),
            ("status", "completed"), ("host", .string(HostIdentity.current.host)),
            ("pid", .int32(HostIdentity.current.pid)), ("version", .string(Version.current)),
            ("started_at", .date(milliseconds: clock.start)), ("finished_at", .date(milliseconds: clock.now)),
            ("collection", .string(name)), ("source", .string(hot.description)),
            ("target", .string(archive.description)),
            ("former_archive", .string(former.description)), ("cold_cluster", cluster ?? .null),
            ("uuids", .document(uuids)),
            ("cold_documents", .int(documents)),
        ])
    }
}
