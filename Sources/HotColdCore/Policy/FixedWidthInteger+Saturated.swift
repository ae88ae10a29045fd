// What comes from outside may be any number: past the end of an integer stands its end, and no trap.

extension FixedWidthInteger {
    /// The product, or the nearest that the type has.
    func multipliedOrSaturated(by factor: Self) -> Self {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? ((self < 0) == (factor < 0) ? .max : .min) : product
    }

    /// The sum, or the nearest that the type has.
    func addingOrSaturated(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The difference, or the nearest that the type has.
    func subtractingOrSaturated(_ other: Self) -> Self {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }

    /// The whole number nearest to a double that is not NaN, or the nearest that the type has.
    init(saturating number: Double) {
        self = Self(exactly: number.rounded()) ?? (number < 0 ? .min : .max)
    }
}
