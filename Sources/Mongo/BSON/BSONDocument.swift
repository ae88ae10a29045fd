/// A BSON document: owned bytes, shared between copies, fields read in place.
///
/// ```swift
/// let command: BSONDocument = ["find": "users", "filter": ["age": ["$gte": 18]], "limit": 10]
/// let limit = command["limit"]?.integer
/// ```
/// A document that came from a server may hold anything the server stores: text that is not UTF-8, the same name
/// twice, `$` and `.` in names. Nothing here trusts a length it did not check.
public struct BSONDocument: Sendable {
    /// The encoded document: length, elements, final NUL.
    public let bytes: ArraySlice<UInt8>

    /// Wraps bytes whose length field is known to be their count.
    ///
    /// Elements are checked when they are read.
    init(unchecked bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// Wraps bytes after checking the frame: the length field says their count and the last byte is NUL.
    ///
    /// What lies between is checked when it is read, or by `validate()`.
    ///
    /// - Throws: `BSONError`.
    public init(bytes: ArraySlice<UInt8>) throws(BSONError) {
        guard let length = bytes.littleEndian(Int32.self), length >= 5 else {
            throw BSONError("shorter than the smallest document, 5 bytes", at: 0)
        }
        guard Int(length) == bytes.count else {
            throw BSONError("the length field says \(length) bytes, there are \(bytes.count)", at: 0)
        }
        guard bytes.last == 0 else { throw BSONError("no NUL at the end", at: bytes.count - 1) }
        self.bytes = bytes
    }

    /// A document with these fields in this order.
    public init(_ elements: some Sequence<(String, BSONValue)>) {
        var writer = BSONWriter()
        for (name, value) in elements { writer.append(name, value) }
        self = writer.finish()
    }

    /// A document with one field, whose name is not known when the code is written.
    public init(_ name: String, _ value: BSONValue) { self.init(CollectionOfOne((name, value))) }

    /// The empty document.
    public init() { self.init(unchecked: [5, 0, 0, 0, 0]) }

    /// Size in bytes, as the server's `$bsonSize` gives it.
    public var byteCount: Int { bytes.count }

    /// Whether it has no elements.
    public var isEmpty: Bool { bytes.count == 5 }

    /// A reader at the first element.
    public func makeReader() -> BSONReader { BSONReader(self) }

    /// All elements, in order.
    ///
    /// - Throws: `BSONError` at the first malformed one.
    public func elements() throws(BSONError) -> [BSONElement] {
        var reader = makeReader()
        var elements: [BSONElement] = []
        while let element = try reader.next() { elements.append(element) }
        return elements
    }

    /// The first field of this name; nil where there is none before the document's end or its first malformed byte.
    ///
    /// Use `makeReader()` where the difference matters.
    public subscript(name: String) -> BSONValue? {
        var reader = makeReader()
        while let element = try? reader.next() {  // Malformed ends the search, as documented.
            if element.hasName(name) { return element.value }
        }
        return nil
    }

    /// This document with one more field at its end.
    public func appending(_ name: String, _ value: BSONValue) -> BSONDocument {
        var writer = BSONWriter(appendingTo: self)
        writer.append(name, value)
        return writer.finish()
    }

    /// The same document in storage of its own.
    public var detached: BSONDocument { BSONDocument(unchecked: ArraySlice(Array(bytes))) }
}

extension BSONDocument: Hashable {
    /// Whether the bytes are the same: the equality that a verified move promises.
    public static func == (left: BSONDocument, right: BSONDocument) -> Bool { sameBytes(left.bytes, right.bytes) }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        unsafe bytes.withUnsafeBytes { buffer in unsafe hasher.combine(bytes: buffer) }
    }
}

extension BSONDocument: ExpressibleByDictionaryLiteral {
    /// A document with these fields in this order; a name may stand twice.
    public init(dictionaryLiteral elements: (String, BSONValue)...) { self.init(elements) }
}
