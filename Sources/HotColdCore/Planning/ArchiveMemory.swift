internal import Mongo

/// How many documents the last run left in an archive: one that has lost most of them since is not the one that was
/// written, or somebody has emptied it.
struct ArchiveMemory: Equatable {
    /// How many there were at the end of the run.
    let documents: Int
    /// When it began, in milliseconds since 1970 UTC.
    let at: Int64

    /// What is to be said of an archive that has so many now; nil where that is to be expected.
    ///
    /// - Parameter count: nil where the archive is not there.
    func objection(to archive: Namespace, having count: Int?, renamed: Namespace? = nil) -> String? {
        guard documents > 0, count.map(isTooFew) ?? true else { return nil }
        let now = count.map { "has \($0.grouped)" } ?? "does not exist"
        return
            "\(archive) had \(documents.grouped) document\(documents == 1 ? "" : "s") after the run of"
            + " \(ISO8601.string(fromMilliseconds: at)), and \(now) now: "
            + (renamed.map { "it is called \($0)" } ?? "somebody has dropped, emptied or exchanged it")
    }

    /// Retention and hands take some: fewer than half are not explained by that.
    private func isTooFew(_ count: Int) -> Bool { count < fewest }

    /// As many are enough.
    private var fewest: Int { documents - documents / 2 }
}

// MARK: - Reading

extension ArchiveMemory {
    /// Of so many documents the server's own count is good enough: after a crash it lacks what a minute has brought.
    private static let many = 20_000

    /// How many documents an archive has, for the history.
    static func count(of archive: Namespace, with client: borrowing Client) throws -> Int {
        do {
            let counted = try client.count(of: archive, upTo: many, byIDs: true)
            guard counted == many else { return counted }
        } catch let error as MongoError where error.isMalformedRequest {}  // A clustered collection has no such index.
        return try client.storedCount(of: archive)
    }

    /// What stands against an archive as it is now; nil where nothing does.
    ///
    /// The server's own count, which may be wrong after a crash, is asked for what it costs nothing; what it says too few
    /// of is counted.
    static func objection(
        to facts: CollectionFacts,
        of collection: CollectionConfiguration,
        in state: StateStore,
        of tiers: Tiers
    ) async throws -> String? {
        guard let memory = try await read(collection, in: state, of: tiers) else { return nil }
        return try await memory.objection(to: facts, countedIn: tiers.cold)
    }

    /// What stands against a collection as the archive; nil where nothing does.
    func objection(to facts: CollectionFacts, countedIn pool: ConnectionPool) async throws -> String? {
        // A TTL index explains any number.
        guard facts.expiries.isEmpty else { return nil }
        guard facts.form == .collection else {
            return objection(to: facts.namespace, having: nil, renamed: facts.renamed)
        }
        guard isTooFew(Int(facts.usage.documents)) else { return nil }
        let enough = fewest
        let count = try await pool.main.withClient { try SourceSize(facts).counted(upTo: enough, with: $0) }
        return objection(to: facts.namespace, having: count)
    }

    /// Reads what the history has of the last run that worked on the archive; nil where it has nothing.
    private static func read(
        _ collection: CollectionConfiguration,
        in state: StateStore,
        of tiers: Tiers
    ) async throws -> ArchiveMemory? {
        let register = SeatRegister(store: state, patience: .zero)
        let cold = BSONValue.string(collection.cold.description)
        do {
            let cluster = try await tiers.cold.main.withClient { try register.knownIdentity(of: $0) }
            let find: BSONDocument = [
                "find": .string(state.runs.collection),
                "filter": [
                    // Whatever hot collection it was of, and is called by now.
                    "$or": [
                        ["target": cold, "command": ["$in": ["migrate", "adopt"]]],
                        ["source": cold, "command": "restore"],
                    ],
                    "cold_documents": ["$type": "number"], "cold_cluster": cluster ?? .null,
                    "status": ["$ne": "running"],
                ],
                "sort": ["started_at": -1], "limit": 1,
            ]
            return try await tiers.hot.main.withClient { client in
                guard let memory = try client.all(find, on: state.database).first.flatMap(ArchiveMemory.init) else {
                    return nil
                }
                return memory.less(try restored(from: cold, after: memory.at, in: state, with: client))
            }
        } catch let error as MongoError where error.isRefusal {
            return nil  // Whoever may not read the history can't compare.
        }
    }

    /// How many documents restores have taken from an archive that are at work or died: by the journal.
    private static func restored(
        from archive: BSONValue,
        after time: Int64,
        in state: StateStore,
        with client: borrowing Client
    ) throws -> Int {
        let find: BSONDocument = [
            "find": .string(state.runs.collection),
            "filter": [
                "source": archive, "command": "restore", "status": "running",
                "started_at": ["$gt": .date(milliseconds: time)],
            ],
        ]
        return try client.all(find, on: state.database).reduce(0) { sum, run in
            let moved = try RunHistory.sums(ofDead: run, in: state, with: client)?["deleted"]?.quantity ?? 0
            return sum.addingOrSaturated(Int(moved))
        }
    }

    /// The same with fewer documents.
    private func less(_ count: Int) -> ArchiveMemory { ArchiveMemory(documents: max(0, documents - count), at: at) }

    /// Reads a document of `runs`; nil for one that does not say, or of a run that has not said how it ended.
    init?(_ record: BSONDocument) {
        guard let before = record["cold_documents"]?.quantity, let at = record["started_at"]?.dateMilliseconds,
            record["status"]?.string != "running"
        else { return nil }
        func count(_ name: String) -> Int64 { record[name]?.quantity ?? 0 }
        let isMigration = record["command"]?.string == Direction.migrate.rawValue
        let restored = record["copy_only"]?.bool == true ? 0 : count("restored")
        let change = isMigration ? count("migrated") - count("already_in_target") : -restored
        self.init(documents: Int(max(0, before + change)), at: at)
    }
}
