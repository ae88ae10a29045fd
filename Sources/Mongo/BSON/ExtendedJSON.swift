internal import CMongoC

/// MongoDB Extended JSON v2, read and written by libbson.
public enum ExtendedJSON {
    /// Reads one JSON object, with `{"$oid": …}`, `{"$date": …}` and the other wrappers as BSON types.
    ///
    /// For text that is known to be right, not for what an operator typed: libbson 1.23.1 takes 18446744073709551617
    /// for 1, ignores a second object, and misnames elements of arrays that are code or DBPointer.
    ///
    /// - Throws: `MongoError` with libbson's reason.
    public static func document(from json: String) throws -> BSONDocument {
        var error = bson_error_t()
        var json = json
        let bytes = json.withUTF8 { text in
            // libbson reads `count` bytes and keeps none.
            unsafe text.withMemoryRebound(to: CChar.self) { characters in
                unsafe hotcold_from_json(characters.baseAddress, characters.count, &error)
            }
        }
        guard let array = unsafe takeBytes(bytes) else {
            throw MongoError(.invalidArgument, message: messageText(error))
        }
        return try BSONDocument(bytes: array[...])
    }

    /// How numbers and dates are written.
    public enum Form: Sendable {
        /// Every type kept: what is read back is the same value.
        case canonical
        /// Plain numbers, ISO-8601 dates: for people and `jq`.
        case relaxed
    }

    /// The document as JSON; nil where it holds text that is not UTF-8, which JSON can't express.
    public static func string(from document: BSONDocument, _ form: Form = .relaxed) -> String? {
        unsafe document.bytes.withUnsafeBytes { buffer -> String? in
            guard let base = buffer.baseAddress else { return nil }
            var length = 0
            let bytes = unsafe base.assumingMemoryBound(to: UInt8.self)
            guard let text = unsafe hotcold_to_json(bytes, buffer.count, form == .canonical, &length) else {
                return nil
            }
            defer { unsafe bson_free(text) }
            // libbson's string of `length` bytes, copied before it is freed.
            return unsafe String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
        }
    }

    /// A single value as JSON.
    public static func string(from value: BSONValue, _ form: Form = .relaxed) -> String? {
        guard let json = string(from: BSONDocument([("", value)]), form) else { return nil }
        // libbson writes documents only: `{ "" : VALUE }`.
        guard let colon = json.firstIndex(of: ":"), let brace = json.lastIndex(of: "}") else { return nil }
        let text = json[json.index(after: colon)..<brace]
        return String(text.drop(while: { $0 == " " })).trimmingTrailingSpaces()
    }
}

extension String {
    fileprivate func trimmingTrailingSpaces() -> String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
