public import Mongo

/// Queries written in MongoDB Extended JSON v2: `filter`, `exclude`, `--query`.
///
/// ```swift
/// let query = try ExtendedJSONQuery.parseDocument(#"{"status": {"$in": ["closed"]}, "at": {"$lt": {"$date": "2024-11-01"}}}"#)
/// ```
/// Not libbson's reader, because what is misread here decides what is deleted. libbson 1.23.1 takes
/// `18446744073709551616` for 0, `{"$numberDouble": "x"}` for 0.0, `{"$numberDecimal": "x"}` for NaN, `2024-02-30` for
/// 1 March and any last letter of an ObjectId, drops unknown regex options and everything after the first object, and
/// refuses `{"$type": 9}`, `{"$regex": …, "$nin": …}` and dates without a time, which are legal. This reader gives
/// the same bytes wherever libbson is right, and an error with a position elsewhere. What it refuses although the
/// format has it: `$scope` and `$dbPointer`, which no query needs, and integers beyond 64 bits, which would be rounded.
///
/// `{"$regex": "…"}` alone or with `$options` becomes a regular expression, as in libbson and mongosh; the server
/// treats both alike. Operators are not checked here: the server knows which it has.
public enum ExtendedJSONQuery {
    /// Reads one JSON object as a document.
    ///
    /// - Throws: `JSONError`.
    public static func parseDocument(_ text: String) throws(JSONError) -> BSONDocument {
        let text = try JSONText(text)
        return try document(from: text.root, in: text)
    }

    /// Reads one JSON value: for ids, `{"$oid": "…"}` as well as `42` and `"user123"` with its quotes.
    ///
    /// - Throws: `JSONError`.
    public static func parseValue(_ text: String) throws(JSONError) -> BSONValue {
        let text = try JSONText(text)
        return try ExtendedJSONReader(text).value(text.root)
    }

    /// Reads a part of a text as a document.
    ///
    /// - Throws: `JSONError`; its position is that in the whole text.
    package static func document(from node: JSONNode, in text: JSONText) throws(JSONError) -> BSONDocument {
        guard node.members != nil else {
            throw JSONError(
                "expected an object such as {\"status\": \"closed\"}, found \(node.summary)",
                at: text.position(of: node.range)
            )
        }
        let value = try ExtendedJSONReader(text).value(node)
        guard value.type == .document, let document = value.document else {
            throw JSONError(
                "expected an object such as {\"status\": \"closed\"}, found a value of type \(value.type.alias)",
                at: text.position(of: node.range)
            )
        }
        return document
    }
}
