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
        guard let error else { return nil }
        return await Self.explained(error) { try await lack(of: collection, work) }
    }

    /// The same of proving what a run did, which reads the journal and both tiers.
    public func explained(
        _ error: MigrationError,
        provingRunOn collections: [CollectionConfiguration]
    ) async -> MigrationError {
        let hot = PrivilegeNeeds.journal(store) + collections.map { PrivilegeNeeds.reading($0.hot) }
        let cold = collections.map { PrivilegeNeeds.reading($0.cold) }
        return await Self.explained(error) {
            let access = try await tiers.hot.main.withClient { try AccessFacts.read(with: $0) }
            return try await lack(hot: hot, access, cold: cold) { PrivilegeRules.lack($0, $1) }
        }
    }

    /// The error, with what is found to be lacking where it is about that.
    fileprivate static func explained(
        _ error: MigrationError,
        by lack: () async throws -> String?
    ) async -> MigrationError {
        guard case .refused(let refusal, nil) = error, refusal.isMissingPrivilege else { return error }
        // Where that can't be asked: what ended the work is to be told, not why nothing more is known of it.
        return .refused(refusal, lacking: try? await lack())
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
        return try await lack(
            hot: PrivilegeNeeds.hot(collection),
            state: state,
            hot.access,
            cold: cold + (tiers.areOne ? [] : PrivilegeNeeds.coldState(store))
        ) { PrivilegeRules.lack($0, $1, work, in: store) }
    }

    /// The same of needs on either deployment, or on the one that both are.
    private func lack(
        hot: [PrivilegeNeed],
        state: [PrivilegeNeed] = [],
        _ hotAccess: AccessFacts,
        cold: [PrivilegeNeed],
        by lack: ([PrivilegeNeed], AccessFacts) -> String?
    ) async throws -> String? {
        guard !tiers.areOne else { return lack(hot + cold + state, hotAccess) }
        let coldAccess = try await tiers.cold.main.withClient { try AccessFacts.read(with: $0) }
        let sentences = [
            lack(hot + state, hotAccess).map { "on the hot server \($0)" },
            lack(cold, coldAccess).map { "on the cold server \($0)" },
        ]
        .compactMap(\.self)
        return sentences.isEmpty ? nil : sentences.joined(separator: ", and ")
    }

    private func changesJournal(with client: borrowing Client) -> Bool {
        // Who may not even look at the journal lacks more than that.
        (try? store.changesJournal(with: client)) ?? false
    }
}

extension ConnectionPool {
    /// Asks the server for what needs just these privileges.
    ///
    /// - Throws: `MigrationError`, with what the user lacks.
    func asking<Success: Sendable>(
        needing needs: [PrivilegeNeed],
        _ body: @escaping @Sendable (borrowing Client) throws -> Success
    ) async throws -> Success {
        do { return try await main.withClient(body) } catch {
            throw await PrivilegeAdviser.explained(MigrationError(error)) {
                PrivilegeRules.lack(needs, try await main.withClient { try AccessFacts.read(with: $0) })
            }
        }
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
        case .collection(let namespace): namespace.database.isExactly(database)
        case .database(let name): name.isExactly(database)
        }
    }

    private var onlyReading: PrivilegeNeed? {
        let actions = actions.filter(["find", "listCollections", "listIndexes", "collStats"].contains)
        return actions.isEmpty ? nil : PrivilegeNeed(purpose, actions, on: resource)
    }
}
