internal import Mongo

/// Finds out which privilege was missing where a server has refused: it quotes the command, and not what that takes.
///
/// ```swift
/// let adviser = PrivilegeAdviser(tiers: tiers, configuration: configuration)
/// report.error = await adviser.explained(report.error, on: collection, doing: .migrate)
/// ```
public struct PrivilegeAdviser: Sendable {
    /// What was refused.
    public enum Work: Sendable {
        /// Moving documents to the archive.
        case migrate
        /// Bringing them back.
        case restore
        /// Looking, which writes nothing.
        case reading
        /// What `verify --fix` does, in both directions.
        case settling
    }

    private let tiers: Tiers
    private let store: StateStore

    /// Creates an adviser for the collections of a configuration.
    public init(tiers: Tiers, configuration: Configuration) {
        self.tiers = tiers
        store = StateStore(configuration)
    }

    /// The error, with what its user lacks where a server has refused a command for want of a privilege.
    ///
    /// Asks the servers for what they have granted. Any other error, and one of which they don't tell, stays as it is.
    public func explained(
        _ error: MigrationError?,
        on collection: CollectionConfiguration,
        doing work: Work
    ) async -> MigrationError? {
        guard case .refused(let refusal, nil) = error, refusal.isMissingPrivilege else { return error }
        do {
            return .refused(refusal, lacking: try await lack(of: collection, work))
        } catch {
            return .refused(refusal)  // What ended the work is to be told, not why nothing more is known of it.
        }
    }

    /// The same of proving what a run did, which reads the journal and both tiers.
    public func explained(
        _ error: MigrationError,
        provingRunOn collections: [CollectionConfiguration]
    ) async -> MigrationError {
        guard case .refused(let refusal, nil) = error, refusal.isMissingPrivilege else { return error }
        let hot = PrivilegeNeeds.journal(store) + collections.map { PrivilegeNeeds.reading($0.hot) }
        let cold = collections.map { PrivilegeNeeds.reading($0.cold) }
        do {
            let hotAccess = try await tiers.hot.main.withClient { try AccessFacts.read(with: $0) }
            guard !tiers.areOne else {
                return .refused(refusal, lacking: PrivilegeRules.lack(hot + cold, hotAccess))
            }
            let coldAccess = try await tiers.cold.main.withClient { try AccessFacts.read(with: $0) }
            let lacks = (PrivilegeRules.lack(hot, hotAccess), PrivilegeRules.lack(cold, coldAccess))
            return .refused(refusal, lacking: Self.sentence(hot: lacks.0, cold: lacks.1))
        } catch {
            return .refused(refusal)
        }
    }

    /// The same of what was asked of one deployment and needs just these privileges.
    static func explained(
        _ error: MigrationError,
        needing needs: [PrivilegeNeed],
        from pool: ConnectionPool
    ) async -> MigrationError {
        guard case .refused(let refusal, nil) = error, refusal.isMissingPrivilege,
            let access = try? await pool.main.withClient({ try AccessFacts.read(with: $0) })
        else { return error }
        return .refused(refusal, lacking: PrivilegeRules.lack(needs, access))
    }

    /// What the users of both deployments lack, in a sentence.
    private func lack(of collection: CollectionConfiguration, _ work: Work) async throws -> String? {
        let hot = try await tiers.hot.main.withClient { client in
            (access: try AccessFacts.read(with: client), changesJournal: changesJournal(with: client))
        }
        let cold = PrivilegeNeeds.cold(collection, tiers.topology)
        let state = PrivilegeNeeds.hotState(
            store,
            hasTransactions: tiers.topology != .standalone,
            changesJournal: hot.changesJournal
        )
        let needs = PrivilegeNeeds.hot(collection) + (tiers.areOne ? cold : []) + state
        guard !tiers.areOne else { return PrivilegeRules.lack(needs, hot.access, work, in: store) }
        let coldAccess = try await tiers.cold.main.withClient { try AccessFacts.read(with: $0) }
        return Self.sentence(
            hot: PrivilegeRules.lack(needs, hot.access, work, in: store),
            cold: PrivilegeRules.lack(cold + PrivilegeNeeds.coldState(store), coldAccess, work, in: store)
        )
    }

    private static func sentence(hot: String?, cold: String?) -> String? {
        let parts = [hot.map { "on the hot server \($0)" }, cold.map { "on the cold server \($0)" }].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", and ")
    }

    private func changesJournal(with client: borrowing Client) -> Bool {
        // Who may not even look at the journal lacks more than that.
        (try? store.changesJournal(with: client)) ?? false
    }
}

extension MongoError {
    /// Whether the server would have done it for somebody with another role.
    fileprivate var isMissingPrivilege: Bool { kind == .server && code == Code.unauthorized }
}

extension PrivilegeRules {
    /// `user op of shop lacks remove on shop.users`: what the work can't do without, else what some of it needs.
    ///
    /// nil where nothing is missing, and where nobody is logged in.
    static func lack(
        _ needs: [PrivilegeNeed],
        _ access: AccessFacts,
        _ work: PrivilegeAdviser.Work,
        in store: StateStore
    ) -> String? {
        let first = needs.compactMap { $0.needed(by: work, in: store) }
        return lack(first, access) ?? (work == .reading ? nil : lack(needs, access))
    }
}

extension PrivilegeNeed {
    /// The need as far as the work always has it; nil where it doesn't.
    fileprivate func needed(by work: PrivilegeAdviser.Work, in store: StateStore) -> PrivilegeNeed? {
        switch (work, purpose) {
        case (.migrate, .migrate), (.migrate, .keepJournal): self
        case (.settling, .migrate), (.settling, .keepJournal), (.settling, .restore): self
        case (.restore, .restore), (.restore, .keepJournal): self
        // A restore reads both tiers, and writes to the state database as a migration does.
        case (.restore, .migrate): isOn(store.database) ? self : onlyReading
        case (.reading, .migrate): onlyReading
        case (.migrate, _), (.settling, _), (.restore, _), (.reading, _): nil
        }
    }

    private func isOn(_ database: String) -> Bool {
        switch resource {
        case .collection(let namespace): namespace.database == database
        case .database(let name): name == database
        }
    }

    private var onlyReading: PrivilegeNeed? {
        let actions = actions.filter(["find", "listCollections", "listIndexes", "collStats"].contains)
        return actions.isEmpty ? nil : PrivilegeNeed(purpose, actions, on: resource)
    }
}
