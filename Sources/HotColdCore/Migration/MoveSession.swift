internal import Mongo

/// What one command works with: the tiers, the planner with its clock, the migrator with its run.
public struct MoveSession: Sendable {
    /// Where the tiers are.
    public let tiers: Tiers
    /// Makes plans.
    public let planner: MigrationPlanner
    /// Carries them out.
    public let migrator: Migrator
    /// The run's name.
    public let run: String

    /// Connects to the deployments of a configuration.
    ///
    /// - Parameter allowsNondurable: whether servers that have no journal may be written to.
    /// - Throws: `MigrationError`.
    public init(configuration: Configuration, allowsNondurable: Bool = false) async throws {
        tiers = try await Tiers.connect(configuration, allowsNondurable: allowsNondurable)
        planner = MigrationPlanner(tiers: tiers, configuration: configuration)
        run = RunID.make(at: planner.now)
        migrator = Migrator(tiers: tiers, configuration: configuration, run: run)
    }
}
