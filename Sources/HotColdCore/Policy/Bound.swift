import Mongo

/// A cutoff among the values of a type of date.
enum Bound: Hashable, Sendable {
    /// No value says a moment before the cutoff.
    case beforeAll
    /// Every value does.
    case afterAll
    /// Those do that compare as less than this one.
    case at(BSONValue)
}

extension Policy.DateType {
    /// What values are compared with to tell whether they lie before a cutoff, in milliseconds since 1970.
    func bound(for cutoff: Int64) -> Bound {
        // The cutoff of a threshold beyond 64 bits: see `Cutoffs`.
        if cutoff == .min { return .beforeAll }
        switch self {
        case .date, .iso8601: return .at(.date(milliseconds: cutoff))
        case .epochMillis: return .at(.int64(cutoff))
        case .epochSeconds: return .at(Self.secondsBound(cutoff))
        case .objectID:
            // Seconds are compared without a sign, as in an index, and not as `$toDate` does, for which ObjectIds of
            // 2038 and later lie before 1970.
            let seconds = cutoff.roundedUpSeconds
            if seconds <= 0 { return .beforeAll }
            guard let stamp = UInt32(exactly: seconds) else { return .afterAll }
            let bytes = (0..<4).map { UInt8(truncatingIfNeeded: stamp >> (24 - 8 * $0)) }
            return .at(.objectID(bytes + Array(repeating: 0, count: 8)))
        }
    }

    /// The least number of seconds that is no less than the cutoff: whole where it can be, else the double next to it.
    ///
    /// A double of such size has a fraction or is whole, and the least double not below the exact quotient divides
    /// doubles and integers just as the quotient does.
    private static func secondsBound(_ cutoff: Int64) -> BSONValue {
        let (whole, rest) = cutoff.quotientAndRemainder(dividingBy: 1000)
        // From 2^52 on doubles have no fractions.
        guard rest != 0, whole.magnitude < 1 << 52 else { return .int64(cutoff.roundedUpSeconds) }
        let (base, thousandths) = (Double(whole), Double(rest))
        /// Whether a number near the quotient is no less than it, without rounding: the difference of neighbours is
        /// exact, and a fused multiply-add has the sign of the exact result.
        func isEnough(_ number: Double) -> Bool { (-thousandths).addingProduct(number - base, 1000) >= 0 }
        var bound = base + thousandths / 1000
        while !isEnough(bound) { bound = bound.nextUp }
        while isEnough(bound.nextDown) { bound = bound.nextDown }
        return .double(bound)
    }
}

extension Int64 {
    /// Milliseconds as seconds, rounded up.
    var roundedUpSeconds: Int64 {
        let (quotient, remainder) = flooredDivision(by: 1000)
        return remainder > 0 ? quotient + 1 : quotient
    }
}
