import HotColdCore
import Mongo
import TestSupport

extension FuzzTarget {
    /// Queries in Extended JSON, the ids of `--id`, and the dates in queries.
    static let query = FuzzTarget(
        name: "query",
        seeds: {
            EveryBSONType.expressibleInJSON.filter { $0.document.byteCount < 2_000 }
                .compactMap { ExtendedJSON.string(from: $0.document, .canonical) }.map { Array($0.utf8) }
                + [
                    #"{"status": {"$in": ["closed"]}, "d": {"$lt": {"$date": "2024-11-01"}}}"#,
                    #"{"$or": [{"d": "2024-11-01"}, {"a.b": {"$not": {"$gte": "2024-11-01T10:00:00Z"}}}]}"#,
                    #"{"x": {"$regex": "^a", "$options": "im"}, "y": {"$uuid": "73ffd264-44b3-4c69-90e8-e7d1dfc035d4"}}"#,
                    #"{"d": {"$lt": "today"}}"#,
                    #"{"b": {"$binary": "AQID", "$type": "05"}, "t": {"$timestamp": {"t": 1, "i": 2}}}"#,
                ].map { Array($0.utf8) }
        },
        run: { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            let id = RequestedID(text)
            require(id.candidates.first == .string(text), "the text itself may be the id")
            guard let query = try? ExtendedJSONQuery.parseDocument(text) else { return }
            require((try? query.validate()) != nil, "a query is valid BSON")
            let policy = Policy(kind: .timeBased, dateField: FieldPath("d"))
            do {
                let read = try QueryDates(policy).reading(query)
                require((try? read.validate()) != nil, "with its dates read, too")
            } catch {
                require(error is QueryDates.Mistake, "only a comparison that can't be meant is refused")
            }
        }
    )
}
