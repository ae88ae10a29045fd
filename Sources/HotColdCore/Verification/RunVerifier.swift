internal import Mongo

/// Proves that the target still holds what a run moved, by the digests that the journal has of it.
///
/// The records are streamed, the documents read by `_id` from the primary as a majority has them, a batch at a time.
public struct RunVerifier: Sendable {
    private let tiers: Tiers
    private let store: StateStore

    /// Creates a verifier.
    public init(tiers: Tiers, configuration: Configuration) {
        self.tiers = tiers
        store = StateStore(configuration)
    }

    /// Compares what a run moved with what is there.
    ///
    /// - Parameter collections: only what was moved between these tiers; nil for everything.
    /// - Returns: the proof, empty where the run did not work on these collections; nil for a run that nobody knows.
    /// - Throws: `MigrationError`.
    public func verify(
        _ run: String,
        collections: [CollectionConfiguration]? = nil,
        problems: ProblemLog? = nil,
        progress: @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws -> RunProof? {
        let records = RunRecords(store: store, run: run, sources: collections?.flatMap { [$0.hot, $0.cold] })
        do {
            guard try await tiers.hot.main.withClient({ try records.isKnown(with: $0) }) else { return nil }
            var proof = RunProof(run: run, parts: try await tiers.hot.main.withClient { try records.history(with: $0) })
            problems?.begin(run)
            proof.problemLog = problems
            try await check(records, &proof, progress)
            return proof
        } catch {
            throw MigrationError(error)
        }
    }

    /// Compares what all runs of some days moved with what is there, one after another, the oldest first.
    ///
    /// - Parameters:
    ///   - days: no more than the journal is kept for; nil for as many.
    ///   - collections: only what was moved between these tiers.
    /// - Throws: `MigrationError`.
    public func verifyJournal(
        days: Int? = nil,
        of collections: [CollectionConfiguration],
        problems: ProblemLog? = nil,
        progress: @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws -> JournalProof {
        let days = min(days ?? .max, store.journalDays)
        let since = tiers.clock.start - Int64(days) * 86_400_000
        var proof = JournalProof(days: days)
        do {
            let sources = collections.flatMap { [$0.hot, $0.cold] }
            let runs = try await tiers.hot.main.withClient { [store] client in
                try RunRecords.runs(since: since, from: sources, in: store, with: client)
            }
            let atWork = try await runsAtWork(on: collections)
            for run in runs where !atWork.contains(run) {
                guard
                    let ofRun = try await verify(run, collections: collections, problems: problems, progress: progress)
                else { continue }
                proof.runs.append(ofRun)
            }
        } catch {
            throw MigrationError(error)
        }
        return proof
    }

    /// The runs that hold a lease of one of the collections.
    private func runsAtWork(on collections: [CollectionConfiguration]) async throws -> Set<String> {
        var runs: Set<String> = []
        let locks = store.locks
        for collection in collections {
            for (namespace, pool) in [(collection.hot, tiers.hot), (collection.cold, tiers.cold)] {
                let holder = try await pool.main.withClient { try Lease.holder(of: namespace, in: locks, with: $0) }
                if let holder { runs.insert(holder.run) }
            }
        }
        return runs
    }

    private func check(
        _ records: RunRecords,
        _ proof: inout RunProof,
        _ progress: @Sendable (VerificationProgress) -> Void
    ) async throws {
        let started = ContinuousClock.now
        let total = proof.parts.reduce(0) { $0 + $1.moved }
        // Its cursor is its own; the documents are read by other connections meanwhile.
        let connection = try tiers.hot.makeConnection()
        var page = try await connection.withClient { try records.open(with: $0) }
        while true {
            for document in page.documents {
                guard let record = try? JournalRecord(document) else {
                    noteUnreadable(document, in: &proof)
                    continue
                }
                let check = RecordCheck(record)
                let index = proof.index(of: record)
                note(check, in: &proof.parts[index])
                try await name(check.record.target, as: document["uuids"]?.document, in: &proof.parts[index])
                try await compare(check, in: &proof.parts[index])
                progress(
                    VerificationProgress(
                        collection: proof.parts[index].collection,
                        looked: proof.parts.reduce(0) { $0 + $1.recorded },
                        total: total,
                        elapsed: .now - started
                    )
                )
            }
            guard let cursor = page.next else { return }
            page = try await connection.withClient { try $0.next(cursor) }
        }
    }

    /// Finds out whether the target's name means the collection that it meant to the run.
    private func name(_ target: Namespace, as uuids: BSONDocument?, in part: inout RunProof.Part) async throws {
        guard part.targetInWords.isEmpty else { return }
        part.targetInWords = "\(target)"
        guard let recorded = uuids?[part.direction == .migrate ? "cold" : "hot"], recorded != .null else { return }
        let current = try await tiers.target(part.direction).main.withClient { client in
            try CollectionIdentity.currentUUID(of: target, with: client)
        }
        if current != recorded {
            let now = current == nil ? "not there now" : "another collection now than at the run"
            part.targetInWords += ", which is \(now),"
        }
    }

    private func note(_ check: RecordCheck, in part: inout RunProof.Part) {
        part.recorded += check.record.count
        part.released += check.released
        guard let fault = check.fault else { return }
        part.damagedRecords += 1
        let reason = "this record in \(store.batches) was changed: \(fault)"
        part.problems.add(VerificationProblem(id: check.record.id.detached, kind: .damagedRecord, reason: reason))
    }

    /// A record that somebody has changed so that it can't be read: what it was about, nobody can prove.
    private func noteUnreadable(_ document: BSONDocument, in proof: inout RunProof) {
        let (source, target) = (document["source"]?.string ?? "?", document["target"]?.string ?? "?")
        let index = proof.parts.firstIndex { $0.source.isExactly(source) && $0.target.isExactly(target) }
        if index == nil {
            proof.parts.append(RunProof.Part(collection: target, direction: .migrate, source: source, target: target))
        }
        let reason = "this record in \(store.batches) was changed: it can't be read"
        let problem = VerificationProblem(id: (document["_id"] ?? .null).detached, kind: .damagedRecord, reason: reason)
        proof.parts[index ?? proof.parts.count - 1].damagedRecords += 1
        proof.parts[index ?? proof.parts.count - 1].problems.add(problem)
    }

    private func compare(_ check: RecordCheck, in part: inout RunProof.Part) async throws {
        let ids = check.record.ids
        for start in stride(from: 0, to: ids.count, by: IDStream.pageSize) {
            let range = start..<min(start + IDStream.pageSize, ids.count)
            for (id, fate) in try await fates(of: range, check) { part.add(fate, id, check.record) }
        }
    }

    private func fates(of range: Range<Int>, _ check: RecordCheck) async throws -> [(BSONValue, DocumentFate)] {
        let record = check.record
        let reader = BatchReader.verifying
        let ids = Array(record.ids[range])
        let found = try await tiers.target(record.direction).main.withClient { client in
            try reader.fingerprints(ids, in: record.target, with: client)
        }
        let isIntact = zip(range, ids).map { position, id in
            found[id].map { check.accepts($0, at: position) } ?? false
        }
        let doubtful = zip(ids, isIntact).filter { !$0.1 }.map(\.0)
        guard !doubtful.isEmpty else { return ids.map { ($0, .intact) } }
        let inSource = try await tiers.source(record.direction).main.withClient { client in
            Set(try reader.present(doubtful, in: record.source, with: client).map(\.detached))
        }
        let moves = LaterMoves(journal: store.batches, record: record)
        let later = try await tiers.hot.main.withClient { try moves.last(of: doubtful, found: found, with: $0) }
        return zip(ids, isIntact).map { id, isIntact in
            let fate = DocumentFate(
                isIntact: isIntact,
                isInTarget: found[id] != nil,
                isInSource: inSource.contains(id),
                later: later[id]
            )
            return (id, fate)
        }
    }
}

extension RunProof {
    /// The part that a record belongs to; made where the history does not have it.
    fileprivate mutating func index(of record: JournalRecord) -> Int {
        let (source, target) = (record.source.description, record.target.description)
        if let index = parts.firstIndex(where: { $0.source.isExactly(source) && $0.target.isExactly(target) }) {
            return index
        }
        var part = Part(collection: target, direction: record.direction, source: source, target: target)
        part.log(to: problemLog)
        parts.append(part)
        return parts.count - 1
    }
}

extension RunProof.Part {
    fileprivate mutating func add(_ fate: DocumentFate, _ id: BSONValue, _ record: JournalRecord) {
        let kind: VerificationProblem.Kind
        let reason: String
        switch fate {
        case .intact:
            intact += 1
            return
        case .changed:
            changed += 1
            (kind, reason) = (.changed, "\(record.target) has it with other bytes than those that were moved")
        case .deleted:
            deleted += 1
            (kind, reason) = (.deleted, "it is neither in \(targetInWords) nor in \(record.source)")
        case .movedBack(let run?):
            movedBack += 1
            (kind, reason) = (.movedBack, "run \(run) has moved it since")
        case .movedBack(nil):
            movedBack += 1
            (kind, reason) = (.movedBack, "it is in \(record.source) again")
        }
        let problem = VerificationProblem(id: id.detached, kind: kind, reason: reason)
        if kind == .movedBack { returns.add(problem) } else { problems.add(problem) }
    }
}
