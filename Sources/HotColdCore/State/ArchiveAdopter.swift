internal import Mongo

/// Records that an archive was moved on purpose: to another name, database or cluster.
///
/// History and journal say where each run has put documents. An operator who renames an archive, or brings it to another
/// cluster, has them name the new place: `migrate`, `restore`, `check` and `verify` then take that for the archive of
/// earlier runs. Documents of the tiers are not touched.
///
/// ```swift
/// let adopter = ArchiveAdopter(tiers: tiers, configuration: configuration)
/// let report = await adopter.adopt(collection, from: former, isDryRun: true, stop: stop)
/// ```
public struct ArchiveAdopter: Sendable {
    private let tiers: Tiers
    private let store: StateStore
    private let run: String

    /// Creates an adopter for the collections of a configuration.
    public init(tiers: Tiers, configuration: Configuration) {
        self.tiers = tiers
        store = StateStore(configuration)
        run = RunID.make(at: tiers.clock.start)
    }

    /// Has the records of runs name the archive that the configuration names now.
    ///
    /// Takes the collection's leases unless it writes nothing. What was begun and not ended is completed by the same call.
    /// Errors are in the report.
    ///
    /// - Parameters:
    ///   - former: where the archive was to the last run: `database.collection`.
    ///   - isConfirmed: to be done though it can't be told for that archive.
    public func adopt(
        _ collection: CollectionConfiguration,
        from former: String,
        isDryRun: Bool = false,
        isConfirmed: Bool = false,
        stop: StopRequest
    ) async -> AdoptionReport {
        var report = AdoptionReport(collection: collection, former: former, isDryRun: isDryRun)
        do {
            guard let former = Namespace(former) else {
                throw MigrationError.unsuitable(reason: "\(former) is no namespace", hint: "say DATABASE.COLLECTION")
            }
            let archive = try await CollectionFacts.read(collection.cold, in: tiers.cold)
            guard archive.form == .collection else { throw Self.noCollection(archive) }
            let relabelling = try await relabelling(collection, from: former, to: archive)
            report.isSameCollection = relabelling.isSameCollection
            report.documents = Int(archive.usage.documents)
            if !isConfirmed, let doubt = try await doubt(relabelling, archive) {
                throw Self.unconfirmed(doubt, collection)
            }
            guard !isDryRun else {
                report.records = try await tiers.hot.main.withClient { try relabelling.count(in: store, with: $0) }
                return report
            }
            report.records = try await LeaseKeeper(of: collection, in: store, tiers, run: run).holding(stop: stop) {
                leases in
                try await carryOut(relabelling, archive, under: leases)
            }
        } catch {
            report.error = MigrationError(error)
        }
        return report
    }

    // MARK: Looking

    /// What the records say now and are to say.
    ///
    /// - Throws: `MigrationError.unsuitable` where no run has used that archive, or the last one has used the new place.
    private func relabelling(
        _ collection: CollectionConfiguration,
        from former: Namespace,
        to archive: CollectionFacts
    ) async throws -> Relabelling {
        let (store, register) = (store, SeatRegister(store: store, patience: .zero))
        let cluster = try await tiers.cold.main.withClient { try register.knownIdentity(of: $0) }
        let last = try await tiers.hot.main.withClient { client in
            try Relabelling.lastRecord(between: collection.hot, former, in: store, with: client)
        }
        guard let last else {
            let other = try await tiers.hot.main.withClient { client in
                try Relabelling.lastRecord(between: collection.hot, nil, in: store, with: client)
            }
            throw Self.neverUsed(former, by: collection, other.flatMap(Relabelling.archive(of:)))
        }
        let relabelling = Relabelling(
            hot: collection.hot,
            former: former,
            last: last,
            archive: collection.cold,
            uuid: archive.uuid ?? .null,
            cluster: cluster
        )
        guard !relabelling.isNothing else {
            throw MigrationError.unsuitable(
                reason: "\(collection.cold) is the archive of the last run already",
                hint: "say with --from what the archive was called before"
            )
        }
        return relabelling
    }

    /// What makes it doubtful that this is the former archive; nil where nothing does.
    private func doubt(_ relabelling: Relabelling, _ archive: CollectionFacts) async throws -> String? {
        guard !relabelling.isSameCollection else { return nil }
        if relabelling.staysOnCluster, relabelling.former != archive.namespace {
            let former = try await CollectionFacts.read(relabelling.former, in: tiers.cold)
            if former.form == .collection, former.usage.documents > 0 {
                return "\(former.namespace) is still there and has \(Int(former.usage.documents).grouped) documents,"
                    + " which no command would look at any more"
            }
        }
        guard let memory = ArchiveMemory(relabelling.last) else {
            return "nothing is on record of how many documents \(relabelling.former) had, and \(archive.namespace) is"
                + " another collection"
        }
        return try await memory.objection(to: archive, countedIn: tiers.cold)
    }

    // MARK: Writing

    /// The journal first: while the history has the former archive, the same command does the rest.
    private func carryOut(
        _ relabelling: Relabelling,
        _ archive: CollectionFacts,
        under leases: LeaseKeeper.Leases
    ) async throws -> AdoptionReport.Records {
        let (store, clock, register) = (store, tiers.clock, SeatRegister(store: store, patience: .zero))
        let cluster = try await tiers.cold.main.withClient { client in
            guard try CollectionIdentity.currentUUID(of: archive.namespace, with: client) == archive.uuid else {
                throw MigrationError.replaced("\(archive.namespace) is another collection than it was a moment ago")
            }
            try relabelling.writeQuarantine(in: store, with: client)
            return try register.identity(of: client, at: clock.now)
        }
        let documents = try await tiers.cold.main.withClient {
            try ArchiveMemory.count(of: archive.namespace, with: $0)
        }
        let final = relabelling.on(cluster)
        let record = final.record(run: run, documents: documents, at: clock)
        return try await tiers.hot.main.withClient { client in
            try leases.hot.confirm(with: client)
            let records = try final.write(in: store, with: client)
            try client.write(
                ["insert": .string(store.runs.collection), "documents": [.document(record)]],
                on: store.database
            )
            return records
        }
    }

    // MARK: Refusing

    private static func noCollection(_ archive: CollectionFacts) -> MigrationError {
        let what = archive.form == .missing ? "does not exist" : "is no collection"
        return .unsuitable(
            reason: "\(archive.namespace) \(what)",
            hint:
                "adopt takes what the configuration names as the archive: see to cold_collection and the cold database"
        )
    }

    private static func neverUsed(
        _ former: Namespace,
        by collection: CollectionConfiguration,
        _ last: String?
    ) -> MigrationError {
        .unsuitable(
            reason: "no run is on record that used \(former) as the archive of \(collection.hot)",
            hint: last.map { "the archive of the last run was \($0)" }
                ?? "no run of \(collection.hot) is on record: there is nothing to adopt"
        )
    }

    private static func unconfirmed(_ doubt: String, _ collection: CollectionConfiguration) -> MigrationError {
        let confirmation = AdvisedCommand.option("confirm", collection.name)
        return .unsuitable(reason: doubt, hint: "if it is the archive all the same, say \(confirmation)")
    }
}

/// What an adoption has done, or would do.
public struct AdoptionReport: Sendable {
    /// How many records name the new place now, or would.
    public struct Records: Sendable, Equatable {
        /// Of the history.
        public var runs = 0
        /// Of the journal.
        public var batches = 0
    }

    /// The collection whose archive it is.
    public let collection: CollectionConfiguration
    /// Where the archive was to the last run.
    public let former: String
    /// Whether nothing was written.
    public let isDryRun: Bool
    /// Whether the archive is the former collection itself, by its UUID.
    public internal(set) var isSameCollection = false
    /// How many documents the archive has by the server's count; nil where that is not known.
    public internal(set) var documents: Int?
    /// The records.
    public internal(set) var records = Records()
    /// Why it could not be done.
    public var error: MigrationError?

    /// The report as an object.
    ///
    /// - Parameter code: the exit code that stands for an error.
    public func structured(code: (MigrationError) -> Int32?) -> StructuredValue {
        [
            "collection": .string(collection.name), "from": .string(former), "to": .string(collection.cold.description),
            "same_collection": .bool(isSameCollection), "documents": documents.map(StructuredValue.int) ?? .null,
            "history_records": .int(records.runs), "journal_records": .int(records.batches),
            "error": error?.structured(code: code) ?? .null,
        ]
    }
}
