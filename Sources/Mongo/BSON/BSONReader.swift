/// A field of a document: name and value, both still in the document's storage.
public struct BSONElement: Sendable {
    /// The name's bytes without the NUL; not always UTF-8, and possibly empty.
    public let nameBytes: ArraySlice<UInt8>
    /// The value.
    public let value: BSONValue

    /// The name, with bytes that are not UTF-8 replaced.
    public var name: String { String(decoding: nameBytes, as: UTF8.self) }

    /// Whether the name is this one, byte for byte.
    public func hasName(_ other: String) -> Bool { nameBytes.elementsEqual(other.utf8) }
}

/// Walks a document's elements in place and checks every length against the bytes that are there.
///
/// It never descends: an embedded document is a value, read by a reader of its own.
public struct BSONReader: Sendable {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    /// A reader at the first element.
    public init(_ document: BSONDocument) {
        bytes = document.bytes
        position = 4
    }

    /// The next element, or nil at the end.
    ///
    /// - Throws: `BSONError` where the bytes don't make sense; the reader must not be used after that.
    public mutating func next() throws(BSONError) -> BSONElement? {
        guard let typeByte = bytes.littleEndian(UInt8.self, at: position) else {
            throw BSONError("no NUL at the end of the document", at: position)
        }
        if typeByte == 0 {
            guard position == bytes.count - 1 else {
                throw BSONError("the document ends before its length says", at: position)
            }
            return nil
        }
        guard let type = BSONType(rawValue: typeByte) else {
            throw BSONError("unknown type byte \(typeByte)", at: position)
        }
        let nameStart = position + 1
        let nameEnd = try endOfCString(at: nameStart)
        let start = nameEnd + 1
        let length = try length(of: type, at: start)
        // The document's final NUL must remain after the value.
        guard length < bytes.count - start else { throw BSONError("the value ends after its document", at: start) }
        position = start + length
        return BSONElement(
            nameBytes: slice(nameStart..<nameEnd),
            value: BSONValue(type: type, bytes: slice(start..<position))
        )
    }

    private func slice(_ range: Range<Int>) -> ArraySlice<UInt8> {
        bytes[bytes.startIndex + range.lowerBound..<bytes.startIndex + range.upperBound]
    }

    private func endOfCString(at start: Int) throws(BSONError) -> Int {
        let base = bytes.startIndex
        guard start < bytes.count, let end = bytes[(base + start)...].firstIndex(of: 0) else {
            throw BSONError("a name without its NUL", at: start)
        }
        return end - base
    }

    /// The number of bytes that a value takes, not yet compared with what is left.
    private func length(of type: BSONType, at start: Int) throws(BSONError) -> Int {
        switch type {
        case .undefined, .null, .minKey, .maxKey: 0
        case .bool: 1
        case .int32: 4
        case .double, .date, .timestamp, .int64: 8
        case .objectID: 12
        case .decimal128: 16
        case .string, .javascript, .symbol: try stringLength(at: start)
        case .dbPointer: try stringLength(at: start) + 12
        case .binary: try prefix(at: start, atLeast: 0) + 5
        case .document, .array: try prefix(at: start, atLeast: 5)
        case .javascriptWithScope: try prefix(at: start, atLeast: 14)
        case .regularExpression: try endOfCString(at: endOfCString(at: start) + 1) + 1 - start
        }
    }

    private func stringLength(at start: Int) throws(BSONError) -> Int {
        let length = try prefix(at: start, atLeast: 1)
        guard bytes.littleEndian(UInt8.self, at: start + 3 + length) == 0 else {
            throw BSONError("a string without its NUL", at: start)
        }
        return length + 4
    }

    private func prefix(at start: Int, atLeast minimum: Int) throws(BSONError) -> Int {
        guard let length = bytes.littleEndian(Int32.self, at: start) else {
            throw BSONError("a length is cut off", at: start)
        }
        guard length >= minimum else { throw BSONError("an impossible length, \(length)", at: start) }
        return Int(length)
    }
}

extension BSONDocument {
    /// The deepest nesting that `validate()` takes: what the server itself allows (`BSONDepth`, 200 by default).
    public static let maximumDepth = 200

    /// Reads every element of the document and of all documents in it.
    ///
    /// - Throws: `BSONError` for the first thing that is malformed or nested deeper than `maximumDepth`.
    public func validate() throws(BSONError) {
        var pending: [(document: BSONDocument, depth: Int)] = [(self, 1)]
        while let (document, depth) = pending.popLast() {
            var reader = document.makeReader()
            while let element = try locating(document.bytes, { () throws(BSONError) in try reader.next() }) {
                let value = element.value
                guard
                    let inner = try locating(value.bytes, { () throws(BSONError) in try value.embeddedDocument() })
                else { continue }
                guard depth < Self.maximumDepth else {
                    throw BSONError(
                        "nested deeper than \(Self.maximumDepth)",
                        at: inner.bytes.startIndex - bytes.startIndex
                    )
                }
                pending.append((inner, depth + 1))
            }
        }
    }

    /// Whether documents are nested in it deeper than so many levels, itself counted; what is malformed ends the look.
    func isNested(deeperThan limit: Int) -> Bool {
        var pending: [(document: BSONDocument, depth: Int)] = [(self, 1)]
        while let (document, depth) = pending.popLast() {
            guard depth <= limit else { return true }
            var reader = document.makeReader()
            while let element = try? reader.next() {
                if let inner = try? element.value.embeddedDocument() { pending.append((inner, depth + 1)) }
            }
        }
        return false
    }

    /// Counts the position in an error from this document's start: what threw it knew a part only.
    private func locating<Success>(
        _ part: ArraySlice<UInt8>,
        _ body: () throws(BSONError) -> Success
    ) throws(BSONError) -> Success {
        do { return try body() } catch {
            throw BSONError(error.reason, at: error.offset + part.startIndex - bytes.startIndex)
        }
    }
}

extension BSONValue {
    /// Whether a record that is about it can hold it, some levels deep and beside others: it has at most 512 kB, and is
    /// nested a hundred levels deep at most.
    public var fitsIntoRecord: Bool {
        guard bytes.count <= 512 << 10 else { return false }
        guard let document = try? embeddedDocument() else { return true }
        return !document.isNested(deeperThan: 100)
    }

    /// The document inside a document, array or code with scope, its frame checked; nil for other types.
    fileprivate func embeddedDocument() throws(BSONError) -> BSONDocument? {
        switch type {
        case .document, .array: return try BSONDocument(bytes: bytes)
        case .javascriptWithScope:
            guard let code = bytes.littleEndian(Int32.self, at: 4), code >= 1, Int(code) <= bytes.count - 13 else {
                throw BSONError("an impossible length in code with scope", at: 0)
            }
            guard bytes[bytes.startIndex + 7 + Int(code)] == 0 else { throw BSONError("code without its NUL", at: 0) }
            return try BSONDocument(bytes: bytes.dropFirst(8 + Int(code)))
        default: return nil
        }
    }
}
