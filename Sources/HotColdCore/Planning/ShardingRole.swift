internal import Mongo

/// What a server is in a sharded cluster; hotcold works with none of them.
enum ShardingRole: Sendable {
    /// A mongos.
    case router
    /// A shard addressed past its router: it keeps documents that belong to others, and more come at any time.
    case shard
    /// A config server.
    case configuration

    /// Reads a reply to `hello`, which everybody gets; nil for one of a server that is no part of a cluster.
    ///
    /// A shard adds to every reply what only routers have a use for.
    init?(hello: BSONDocument) {
        if hello["msg"]?.string == "isdbgrid" {
            self = .router
        } else if hello["configsvr"] != nil {
            self = .configuration
        } else if hello["$gleStats"] != nil {
            self = .shard
        } else {
            return nil
        }
    }

    /// Whether there is the document that makes a shard of a server, also where its data are on one started alone.
    ///
    /// False too where the user may not read it, which is no part of `readWrite`.
    static func isShardIdentity(on client: borrowing Client) throws -> Bool {
        let find: BSONDocument = ["find": "system.version", "filter": ["_id": "shardIdentity"], "limit": 1]
        do {
            return try !client.all(find, on: "admin").isEmpty
        } catch let error as MongoError where error.isRefusal {
            return false
        }
    }

    /// Why nothing is moved from or to such a server.
    var finding: Finding {
        switch self {
        case .router:
            Finding(
                .error,
                .shardedCluster,
                "the server is a mongos",
                meaning: "sharded clusters are not supported yet"
            )
        case .shard:
            Finding(
                .error,
                .shardedCluster,
                "the server is a shard of a sharded cluster",
                meaning: "some of its documents may belong to other shards, and sharded clusters are not supported yet",
                remedy: "give the connection string of a replica set that is no shard"
            )
        case .configuration:
            Finding(
                .error,
                .shardedCluster,
                "the server is a config server of a sharded cluster",
                meaning: "it keeps what the cluster depends on, and sharded clusters are not supported yet",
                remedy: "give the connection string of a replica set that is no part of a cluster"
            )
        }
    }
}
