internal import Mongo

/// What a primary says about itself and its deployment: the reply to `hello`.
struct Deployment: Sendable {
    private let hello: BSONDocument

    /// Asks the primary.
    static func read(_ pool: ConnectionPool) async throws -> Deployment {
        Deployment(hello: try await pool.main.withClient { try $0.run(["hello": 1], on: "admin", .read) })
    }

    /// Its clock, in milliseconds since 1970 UTC.
    var localTime: Int64 { hello["localTime"]?.dateMilliseconds ?? 0 }

    /// Throws what stands against moving documents within it.
    ///
    /// - Throws: `MigrationError.unsuitable`.
    func checkSuitability() throws {
        if hello["msg"]?.string == "isdbgrid" {
            throw MigrationError.unsuitable(
                reason: "the server is a mongos: sharded clusters are not supported yet",
                hint: nil
            )
        }
        guard hello["setName"] != nil else {
            throw MigrationError.unsuitable(
                reason: "the server is a standalone, which has no transactions",
                hint: "make it a replica set of one member: start it with --replSet and run rs.initiate()"
            )
        }
    }

    /// Throws where the archive is on another cluster.
    ///
    /// Two URIs may name one cluster; the primary's process id tells.
    ///
    /// - Throws: `MigrationError.unsuitable`, or what connecting to the archive throws.
    func checkContains(_ cold: Configuration.Tier, besides hot: Configuration.Tier) async throws {
        guard cold.uri != hot.uri else { return }
        let other = try await Deployment.read(ConnectionPool(cold.uri, applicationName: "hotcold"))
        guard let process, process == other.process else {
            throw MigrationError.unsuitable(
                reason: "hot and cold are on different clusters, which this version does not support yet",
                hint: "use a collection or a database of the hot cluster as archive"
            )
        }
    }

    /// Names the process of the primary, from its start to its end (MongoDB 4.4).
    private var process: BSONValue? { hello["topologyVersion"]?.document?["processId"] }
}
