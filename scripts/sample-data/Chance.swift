import Mongo

/// The chances of one document: SplitMix64, seeded with the document's number, so that each is the same every time,
/// whatever was made before it.
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(_ collection: String, _ number: Int) {
        state = collection.utf8.reduce(UInt64(number) &* 0x9E37_79B9_7F4A_7C15) { $0 &* 31 &+ UInt64($1) }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// True in so many of a thousand cases.
    mutating func perMille(_ cases: Int) -> Bool { number(0..<1_000) < cases }

    /// A number of a range.
    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }

    /// One of some values.
    mutating func pick<Value>(_ values: [Value]) -> Value { values[number(0..<values.count)] }

    /// One of some values, as often as its weight says.
    mutating func pick<Value>(_ values: [(weight: Int, value: Value)]) -> Value {
        var position = number(0..<values.reduce(0) { $0 + $1.weight })
        for (weight, value) in values.dropLast() {
            if position < weight { return value }
            position -= weight
        }
        return values[values.count - 1].value
    }

    /// So many bytes.
    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) } }

    /// An ObjectId made at a time, as a driver makes them.
    mutating func objectID(at milliseconds: Int64) -> BSONValue {
        let seconds = UInt32(truncatingIfNeeded: milliseconds / 1_000)
        return .objectID([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: seconds >> $0) } + bytes(8))
    }

    /// A random UUID, as binary data of subtype 4.
    mutating func uuid() -> BSONValue {
        var bytes = bytes(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        return .binary(bytes, subtype: 4)
    }
}
