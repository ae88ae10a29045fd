internal import Synchronization

/// Makes ObjectIds for hotcold's own records: time, a random number of this process, a counter.
enum ObjectID {
    private static let process = UInt64.random(in: 0...UInt64.max)
    private static let counter = Atomic<UInt32>(UInt32.random(in: 0...UInt32.max))

    /// A new id for a time in milliseconds since 1970 UTC.
    static func make(at now: Int64) -> [UInt8] {
        let seconds = UInt32(truncatingIfNeeded: now / 1000)
        let count = counter.wrappingAdd(1, ordering: .relaxed).newValue
        let time = (0..<4).map { UInt8(truncatingIfNeeded: seconds >> (24 - 8 * $0)) }
        let random = (0..<5).map { UInt8(truncatingIfNeeded: process >> (8 * UInt64($0))) }
        let serial = (0..<3).map { UInt8(truncatingIfNeeded: count >> (16 - 8 * $0)) }
        return time + random + serial
    }
}
