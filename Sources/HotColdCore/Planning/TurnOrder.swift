internal import Mongo

/// Whose turn it is where there is not time for all: first those whose last turn is longest ago.
///
/// In the order of the configuration the last ones would never be reached by runs that always end early.
struct TurnOrder {
    /// When each hot namespace had its last migration, in milliseconds since 1970 UTC.
    let turns: [ExactName: Int64]

    /// Reads the history.
    static func read(in state: StateStore, with client: borrowing Client) throws -> TurnOrder {
        let command: BSONDocument = [
            "aggregate": .string(state.runs.collection),
            "pipeline": [
                ["$match": ["command": "migrate", "only_duplicates": ["$ne": true]]],
                ["$group": ["_id": "$source", "last": ["$max": "$started_at"]]],
            ],
            "cursor": [:],
        ]
        var turns: [ExactName: Int64] = [:]
        for row in try client.all(command.alongIDs, on: state.database) {
            if let source = row["_id"]?.string, let last = row["last"]?.dateMilliseconds {
                turns[ExactName(source)] = last
            }
        }
        return TurnOrder(turns: turns)
    }

    /// The collections in the order of their turns: those that had none first, else as they were.
    func sorted(_ collections: [CollectionConfiguration]) -> [CollectionConfiguration] {
        let keyed = collections.enumerated().map { place, collection in
            (turn: turns[ExactName(collection.hot.description)] ?? .min, place: place, collection: collection)
        }
        return keyed.sorted { ($0.turn, $0.place) < ($1.turn, $1.place) }.map(\.collection)
    }
}

extension MoveSession {
    /// The collections in a fair order for a run that may not reach them all: those whose last migration is longest ago
    /// come first.
    ///
    /// As they are where the user may not read the history, which only a dry run can do without.
    ///
    /// - Throws: `MigrationError`.
    public func inTurn(
        _ collections: [CollectionConfiguration],
        of configuration: Configuration
    ) async throws -> [CollectionConfiguration] {
        let state = StateStore(configuration)
        do {
            return try await tiers.hot.main.withClient { client in
                try TurnOrder.read(in: state, with: client).sorted(collections)
            }
        } catch let error as MongoError where error.isRefusal {
            return collections
        } catch {
            throw MigrationError(error)
        }
    }
}
