internal import Mongo

/// Compares the two tiers of a collection without loading either: which `_id`s are in both, and what that means.
///
/// The ids of the smaller tier are read along their index, a page at a time, and looked up in the other one. Only of
/// those that both have documents are read, and of these only size and digest are kept.
///
/// ```swift
/// let verifier = TierVerifier(tiers: tiers, configuration: configuration)
/// let comparison = await verifier.verify(collection, fixes: false, stop: StopRequest()) { progress in … }
/// ```
public struct TierVerifier: Sendable {
    private let tiers: Tiers
    private let configuration: Configuration

    /// Creates a verifier.
    public init(tiers: Tiers, configuration: Configuration) {
        self.tiers = tiers
        self.configuration = configuration
    }

    /// Compares, and settles what may be settled where that is asked for.
    ///
    /// Errors are in the result, so that nothing that was found or done goes unreported. Without `fixes` it writes
    /// nothing. A stop request ends it after the page in hand.
    public func verify(
        _ collection: CollectionConfiguration,
        fixes: Bool,
        problems: ProblemLog? = nil,
        stop: StopRequest,
        progress: @escaping @Sendable (VerificationProgress) -> Void = { _ in }
    ) async -> TierComparison {
        var comparison = TierComparison(collection)
        comparison.problems.log = problems.map { ($0, collection.name) }
        if fixes { comparison.fix = VerificationFix() }
        do {
            var pass = try await begin(&comparison, stop: stop, progress: progress)
            try await pass?.run(&comparison)
        } catch {
            comparison.error = MigrationError(error)
        }
        comparison.isInterrupted = stop.reason == .signal
        return comparison
    }

    /// What there is to compare; nil where one of the collections is missing.
    private func begin(
        _ comparison: inout TierComparison,
        stop: StopRequest,
        progress: @escaping @Sendable (VerificationProgress) -> Void
    ) async throws -> TierPass? {
        let collection = comparison.collection
        let store = StateStore(configuration)
        let hot = try await CollectionFacts.read(collection.hot, in: tiers.hot)
        let cold = try await CollectionFacts.read(collection.cold, as: .cold, in: store, of: tiers)
        for facts in [hot, cold] { try facts.checkHasIDs() }
        guard hot.form != .missing || cold.form != .missing else {
            throw MigrationError.unsuitable(
                reason: "neither \(hot.namespace) nor \(cold.namespace) exists",
                hint: (hot.nearest.map { "did you mean \($0)? " } ?? "")
                    + "check the databases and the collections' names in the configuration"
            )
        }
        let comparesAlike = hot.collation == cold.collation
        if !comparesAlike, hot.form == .collection, cold.form == .collection {
            comparison.warnings.append(
                "\(hot.namespace) and \(cold.namespace) have different default collations, so they may disagree on"
                    + " which _ids are the same"
            )
        }
        let identities = TierIdentities(
            hot: try await tiers.hot.main.withClient { try CollectionIdentity.read(collection.hot, with: $0) },
            cold: try await tiers.cold.main.withClient { try CollectionIdentity.read(collection.cold, with: $0) }
        )
        let hands = CopiesInHandReader(tiers: tiers, store: store, identities: identities)
        let judge = OverlapJudge(
            tiers: tiers,
            collection: collection,
            identities: identities,
            hands: hands,
            journal: try await journal(identities, in: store)
        )
        let settlement = DuplicateSettlement(
            tiers: tiers,
            configuration: configuration,
            collection: collection,
            judge: judge,
            problemLog: comparison.problems.log?.file,
            stop: stop
        )
        let inHand = try await hands.read()
        comparison.holder = inHand.holder
        comparison.deadRuns = inHand.deadRuns
        if var fix = comparison.fix, !inHand.deadRuns.isEmpty {
            defer { comparison.fix = fix }
            comparison.warnings += try await settlement.recover(&fix)
            fix.remaining = try await hands.read().deadRuns
        }
        comparison.quarantine = try await QuarantineUsage.read(collection, store, in: tiers)
        if let sentence = comparison.quarantine.sentence { comparison.warnings.append(sentence) }
        comparison.archiveLoss = try await ArchiveMemory.objection(to: cold, of: collection, in: store, of: tiers)
        comparison.hot = try await tier(hot, in: tiers.hot)
        comparison.cold = try await tier(cold, in: tiers.cold)
        // Not by the counts: after a crash of the server they may be wrong.
        guard comparison.hot.exists, comparison.cold.exists else { return nil }
        return TierPass(
            tiers: tiers,
            collection: collection,
            identities: identities,
            direction: TierPass.direction(hot, comparison.hot, cold, comparison.cold),
            comparesAlike: comparesAlike,
            judge: judge,
            settlement: comparison.fix == nil ? nil : settlement,
            total: min(comparison.hot.documents, comparison.cold.documents),
            stop: stop,
            progress: progress
        )
    }

    private func tier(_ facts: CollectionFacts, in pool: ConnectionPool) async throws -> TierComparison.Tier {
        var tier = TierComparison.Tier()
        tier.isKnown = true
        guard facts.form == .collection else { return tier }
        let namespace = facts.namespace
        tier.exists = true
        tier.documents = try await pool.main.withClient { try $0.storedCount(of: namespace) }
        return tier
    }

    /// The journal as a reader has it.
    private func journal(_ identities: TierIdentities, in store: StateStore) async throws -> Journal {
        let register = SeatRegister(store: store, patience: .zero)
        let identity = try await tiers.cold.main.withClient { try register.knownIdentity(of: $0) }
        return Journal(
            collection: store.batches,
            run: "",
            direction: .migrate,
            identities: identities,
            isCopyOnly: true,
            coldCluster: identity ?? .null
        )
    }
}

extension CollectionFacts {
    /// Throws where documents can't be looked up by `_id`.
    ///
    /// - Throws: `MigrationError.unsuitable`.
    fileprivate func checkHasIDs() throws {
        switch form {
        case .view: throw MigrationError.unsuitable(reason: "\(namespace) is a view; it has no documents", hint: nil)
        case .timeseries:
            let reason = "\(namespace) is a time-series collection; its documents are not identified by _id"
            throw MigrationError.unsuitable(reason: reason, hint: nil)
        case .collection, .missing: break
        }
    }
}
