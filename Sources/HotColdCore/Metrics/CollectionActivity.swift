/// What is to be moved of a collection, and what the last runs did with it.
public struct CollectionActivity: Sendable {
    /// The last runs one way.
    public struct Runs: Sendable {
        /// Which way.
        public var direction: Direction
        /// The last one that has ended.
        public var last: RunRecord?
        /// The last one that did all it was to do.
        public var lastSuccess: RunRecord?
    }

    /// The collection's key in the configuration.
    public var collection: String
    /// How many documents the next migration would move; nil where it would be refused, or where that is not known.
    public var eligible: Int?
    /// The last migrations and restores.
    public var runs: [Runs]
    /// Why something of it is not known.
    public var error: MigrationError?

    /// Counts what is to be moved, along an index where there is one, and looks up the last runs.
    ///
    /// - Throws: `MigrationError.unavailable` where a server is away; everything else is in `error`.
    public static func read(
        _ collection: CollectionConfiguration,
        tiers: Tiers,
        configuration: Configuration
    ) async throws -> CollectionActivity {
        var activity = CollectionActivity(collection: collection.name, eligible: nil, runs: [], error: nil)
        do {
            let log = RunLog(tiers: tiers, configuration: configuration)
            for direction in [Direction.migrate, .restore] {
                activity.runs.append(
                    Runs(
                        direction: direction,
                        last: try await log.last(direction, of: collection.name),
                        lastSuccess: try await log.lastSuccess(direction, of: collection.name)
                    )
                )
            }
            var options = MoveOptions()
            options.retryFor = .zero
            options.allowsNondurable = true  // It moves nothing.
            let planner = MigrationPlanner(tiers: tiers, configuration: configuration)
            let plan = try await planner.migration(of: collection, options: options, detailed: false)
            activity.eligible = plan.refusals.isEmpty ? plan.census.eligible : nil
        } catch {
            let error = MigrationError(error)
            if case .unavailable = error { throw error }
            activity.error = error
        }
        return activity
    }
}
