internal import Mongo

/// Finds out where the documents of collections stand by their policies.
///
/// Read only: one aggregation over each collection of either tier, and a few questions about them.
///
/// ```swift
/// let analyzer = Analyzer(tiers: try await Tiers.connect(configuration), configuration: configuration)
/// let analysis = try await analyzer.analyze(collection, AnalysisOptions())
/// print(analysis.eligible.documents)
/// ```
public struct Analyzer: Sendable {
    let tiers: Tiers
    let state: StateStore

    /// Creates an analyzer for the collections of a configuration.
    public init(tiers: Tiers, configuration: Configuration) {
        self.tiers = tiers
        state = StateStore(configuration)
    }

    /// Analyzes a collection.
    ///
    /// Takes as long as the servers take to read both tiers' collections, or a sample of the hot one.
    ///
    /// - Throws: `MigrationError`.
    public func analyze(
        _ collection: CollectionConfiguration,
        _ options: AnalysisOptions
    ) async throws(MigrationError) -> CollectionAnalysis {
        do {
            let pass = AnalysisPass(collection, options, asOf: options.asOf ?? tiers.clock.start)
            let hot = try await CollectionFacts.read(collection.hot, in: tiers.hot)
            let holds = Holds(collection: state.holds, namespace: collection.hot, uuid: hot.uuid)
            let now = tiers.clock.now
            var analysis = try await tiers.hot.main.withClient { client in
                try pass.hot(hot, holds: holds, at: now, with: client)
            }
            let cold = try await CollectionFacts.read(collection.cold, in: tiers.cold)
            analysis.cold = try await tiers.cold.main.withClient { try pass.cold(cold, with: $0) }
            return analysis
        } catch let error as MongoError where error.isMalformedRequest {
            throw .selectionRefused(error)
        } catch {
            throw MigrationError(error)
        }
    }
}

/// What to ask of collections besides what is always asked.
public struct AnalysisOptions: Sendable, Equatable {
    /// Counts ages from another time than the hot server's now, in milliseconds since 1970 UTC.
    public var asOf: Int64?
    /// Thresholds to try, in days.
    public var whatIfDays: [Int]
    /// Estimates from so many documents of the hot collection taken at random; nil counts all.
    public var sample: Int?

    /// Creates options.
    public init(asOf: Int64? = nil, whatIfDays: [Int] = [], sample: Int? = nil) {
        self.asOf = asOf
        self.whatIfDays = whatIfDays
        self.sample = sample
    }
}
