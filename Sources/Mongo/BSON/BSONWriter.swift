/// Builds one BSON document field by field.
public struct BSONWriter: Sendable {
    private var bytes: [UInt8]
    private var open: [Int] = []

    /// A writer of a new document.
    public init(reserving capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(max(capacity, 32))
        bytes.appendLittleEndian(Int32(0))
    }

    /// A writer that goes on after the last field of a document.
    init(appendingTo document: BSONDocument) { bytes = Array(document.bytes.dropLast()) }

    /// Appends a field.
    ///
    /// - Precondition: the name holds no NUL, which BSON can't express.
    public mutating func append(_ name: String, _ value: BSONValue) {
        begin(name, value.type)
        bytes.append(contentsOf: value.bytes)
    }

    /// Opens an array field, to be filled with `append(elements:)` and closed with `close()`.
    public mutating func open(_ name: String, _ type: BSONType) {
        begin(name, type)
        open.append(bytes.count)
        bytes.appendLittleEndian(Int32(0))
    }

    /// Closes the innermost open field.
    public mutating func close() {
        guard let start = open.popLast() else { preconditionFailure("close() without open()") }
        end(documentAt: start)
    }

    /// Appends array elements named "0", "1" and so on.
    ///
    /// Once in a writer or an open array. An array of values and no other sequence: thousands of ids pass here for each
    /// batch, and other modules' generic calls are not specialised.
    public mutating func append(elements: [BSONValue]) {
        for (index, value) in elements.enumerated() {
            bytes.append(value.type.rawValue)
            appendDecimal(index)
            bytes.append(0)
            bytes.append(contentsOf: value.bytes)
        }
    }

    /// The finished document.
    public consuming func finish() -> BSONDocument {
        precondition(open.isEmpty, "an open field was not closed")
        end(documentAt: 0)
        return BSONDocument(unchecked: bytes[...])
    }

    private mutating func begin(_ name: String, _ type: BSONType) {
        precondition(!name.utf8.contains(0), "a field name can't hold NUL")
        bytes.append(type.rawValue)
        bytes.append(contentsOf: name.utf8)
        bytes.append(0)
    }

    private mutating func end(documentAt start: Int) {
        bytes.append(0)
        let length = UInt32(bytes.count - start)
        for index in 0..<4 { bytes[start + index] = UInt8(truncatingIfNeeded: length >> (8 * UInt32(index))) }
    }

    /// An array index as text, without the allocation that a `String` costs for each of a thousand ids.
    private mutating func appendDecimal(_ number: Int) {
        var divisor = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}
