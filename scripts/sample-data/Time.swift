import FoundationEssentials
import Mongo

/// Milliseconds since 1970 UTC.
typealias Milliseconds = Int64

let day: Milliseconds = 86_400_000

extension Chance {
    /// A time between so many days ago and so many more.
    mutating func time(_ days: ClosedRange<Int>, before now: Milliseconds) -> Milliseconds {
        now - Milliseconds(Int64.random(in: Int64(days.lowerBound) * day...Int64(days.upperBound) * day, using: &self))
    }

    /// A date field as real databases have it: a date, in some 2 % of the documents a flaw, nil for no field.
    mutating func dateField(_ time: Milliseconds, now: Milliseconds) -> BSONValue? {
        guard perMille(22) else { return .date(milliseconds: time) }
        let kinds: [(weight: Int, value: Flaw)] = [
            (10, .missing), (4, .text), (3, .null), (1, .future), (2, .array), (2, .seconds),
        ]
        switch pick(kinds) {
        case .missing: return nil
        case .text: return .string(Date(timeIntervalSince1970: Double(time / 1_000)).formatted(.iso8601))
        case .null: return .null
        case .future: return .date(milliseconds: now + 400 * day)
        case .array: return [.date(milliseconds: time - day), .date(milliseconds: time)]
        case .seconds: return .int64(time / 1_000)
        }
    }

    private enum Flaw { case missing, text, null, future, array, seconds }
}

extension BSONWriter {
    /// Appends a field that a flaw may have taken away.
    mutating func append(_ name: String, ifThere value: BSONValue?) {
        if let value { append(name, value) }
    }
}
