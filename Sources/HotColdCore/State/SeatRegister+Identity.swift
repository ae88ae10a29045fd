internal import Mongo

/// Which cluster a cold cluster is, for seats and journal, whatever its address.
extension SeatRegister {
    /// What a cold cluster is known by in seats, whatever its address: a value that is made once.
    func identity(of cold: borrowing Client, at now: Int64) throws -> BSONValue {
        let query: BSONDocument = [
            "findAndModify": .string(store.identity.collection), "query": ["_id": "cluster"],
            "update": ["$setOnInsert": ["identity": .objectID(ObjectID.make(at: now))]], "upsert": true, "new": true,
        ]
        while true {
            do {
                guard let identity = try cold.write(query, on: store.database)["value"]?.document?["identity"] else {
                    throw MigrationError.bug("the cold cluster's identity can't be read")
                }
                return identity
            } catch let error as MongoError where error.code == MongoError.Code.duplicateKey {
                continue  // Another run made it at the same moment.
            }
        }
    }

    /// The same as `identity(of:at:)` for one that writes nothing; nil where no run has made it yet.
    func knownIdentity(of cold: borrowing Client) throws -> BSONValue? {
        let find: BSONDocument = ["find": .string(store.identity.collection), "filter": ["_id": "cluster"]]
        return try cold.all(find, on: store.database).first?["identity"]
    }
}
