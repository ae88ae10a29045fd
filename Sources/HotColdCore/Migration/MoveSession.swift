internal import Mongo

/// What one command works with: the connection, the planner with its clock, the migrator with its run.
public struct MoveSession: Sendable {
    /// Makes plans.
    public let planner: MigrationPlanner
    /// Carries them out.
    public let migrator: Migrator
    /// The run's name.
    public let run: String

    /// Connects to the deployment of a configuration.
    ///
    /// - Throws: `MigrationError`.
    public init(configuration: Configuration) async throws {
        do {
            let pool = try ConnectionPool(configuration.hot.uri, applicationName: "hotcold")
            planner = try await MigrationPlanner(pool: pool, configuration: configuration)
            run = RunID.make(at: planner.now)
            migrator = Migrator(pool: pool, configuration: configuration, run: run)
        } catch {
            throw MigrationError(error)
        }
    }
}
