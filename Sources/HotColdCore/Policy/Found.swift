public import Mongo

/// What a document holds at a field that should hold a date.
public enum Found: Hashable, Sendable {
    /// A date, in milliseconds since 1970, fractions of a millisecond rounded down.
    case date(Int64)
    /// No such field.
    case missing
    /// Null.
    case null
    /// A value of a type that is not the configured one; an array too, whatever it contains.
    case wrongType(BSONType)
    /// A value of the right type that says no date: other text, NaN, an infinity.
    case noDate(BSONType)
    /// An array encloses the field, at this path, so that there can be several values or none.
    case insideArray(String)
    /// The document's bytes make no sense before the field.
    case malformed

    /// Whether there is nothing: missing or null, which `"missing": "use_date"` is about.
    public var isAbsent: Bool { self == .missing || self == .null }

    /// The date, in milliseconds since 1970.
    public var moment: Int64? {
        if case .date(let moment) = self { moment } else { nil }
    }
}
