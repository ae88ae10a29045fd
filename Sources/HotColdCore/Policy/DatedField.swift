import Mongo

/// A field that should hold a date, and how dates are written in it.
///
/// Here it is read in memory; `DatedField+Server.swift` says the same to a server.
struct DatedField: Hashable, Sendable {
    /// Where it is.
    let path: FieldPath
    /// How its dates are written.
    let type: Policy.DateType

    /// Reads the field of a document.
    func read(_ document: BSONDocument) -> (found: Found, value: BSONValue?) {
        switch document.lookup(path) {
        case .value(let value): (found(value), value)
        case .missing: (.missing, nil)
        case .insideArray(let path): (.insideArray(path), nil)
        case .malformed: (.malformed, nil)
        }
    }

    private func found(_ value: BSONValue) -> Found {
        if value.type == .null { return .null }
        guard type.bsonTypes.contains(value.type) else { return .wrongType(value.type) }
        return moment(value).map(Found.date) ?? .noDate(value.type)
    }

    /// The moment that a value of the right type says, in milliseconds since 1970.
    private func moment(_ value: BSONValue) -> Int64? {
        switch type {
        case .date: value.dateMilliseconds
        case .iso8601: ISO8601.milliseconds(from: value.bytes.dropFirst(4).dropLast())
        case .objectID: value.objectID.map { $0.prefix(4).reduce(0) { $0 << 8 | Int64($1) } * 1000 }
        case .epochMillis: value.integer ?? value.double.flatMap { Self.wholeMilliseconds($0, unit: 1) }
        case .epochSeconds:
            value.integer.map { $0.multipliedOrSaturated(by: 1000) }
                ?? value.double.flatMap { Self.wholeMilliseconds($0, unit: 1000) }
        }
    }

    /// A finite number of units of so many milliseconds, exactly rounded down; beyond 64 bits the nearest integer
    /// there is.
    ///
    /// Rounding down changes no comparison with a cutoff, which is a whole millisecond.
    private static func wholeMilliseconds(_ number: Double, unit: Int64) -> Int64? {
        guard number.isFinite else { return nil }
        // Towards zero, so that the difference, the fraction, is exact for small numbers of either sign.
        let units = number.rounded(.towardZero)
        guard let whole = Int64(exactly: units) else { return number < 0 ? .min : .max }
        let (fraction, factor) = (number - units, Double(unit))
        var rest = (fraction * factor).rounded(.down)
        // The product may have been rounded up to a whole number; a fused multiply-add tells.
        if (-rest).addingProduct(fraction, factor) < 0 { rest -= 1 }
        return whole.multipliedOrSaturated(by: unit).addingOrSaturated(Int64(rest))
    }
}

extension Policy.DateType {
    /// The BSON types that say a date.
    var bsonTypes: [BSONType] {
        switch self {
        case .date: [.date]
        case .iso8601: [.string]
        case .epochSeconds, .epochMillis: [.int32, .int64, .double]
        case .objectID: [.objectID]
        }
    }
}
