/// The time that dates of documents lie in, where they are read as they were written.
///
/// What lies outside is mostly of another unit than it is taken for, or stands for something else: seconds read as
/// milliseconds are days of January 1970, and 0001-01-01 or 9999-12-31 mean "none" or "never".
enum PlausibleDates {
    /// From 1980 up to 2100, in milliseconds since 1970 UTC.
    static let range: Range<Int64> = 315_532_800_000..<4_102_444_800_000

    /// What numbers since 1970 are counted in.
    enum Unit: String, CaseIterable, Sendable {
        case seconds
        case milliseconds
        case microseconds
        case nanoseconds

        /// The numbers of this unit that say plausible dates; no two units share one.
        var range: Range<Int64> {
            let (lower, upper) = (PlausibleDates.range.lowerBound / 1000, PlausibleDates.range.upperBound / 1000)
            return lower * perSecond..<upper * perSecond
        }

        /// What a policy calls it; nil where it has no name for it.
        var dateType: Policy.DateType? {
            switch self {
            case .seconds: .epochSeconds
            case .milliseconds: .epochMillis
            case .microseconds, .nanoseconds: nil
            }
        }

        /// The unit in which a number says a plausible date; nil where there is none.
        init?(of number: Int64) {
            guard let unit = Self.allCases.first(where: { $0.range.contains(number) }) else { return nil }
            self = unit
        }

        /// The number of this unit that says a moment, in milliseconds since 1970; nil for the finer ones, which no
        /// document is read by.
        func number(of moment: Int64) -> Int64? {
            switch self {
            case .seconds: moment / 1000
            case .milliseconds: moment
            case .microseconds, .nanoseconds: nil
            }
        }

        /// The moment that a number says, in milliseconds since 1970.
        func milliseconds(of number: Int64) -> Int64 {
            self == .seconds ? number.multipliedOrSaturated(by: 1000) : number / (perSecond / 1000)
        }

        private var perSecond: Int64 {
            switch self {
            case .seconds: 1
            case .milliseconds: 1_000
            case .microseconds: 1_000_000
            case .nanoseconds: 1_000_000_000
            }
        }
    }
}

extension Policy.DateType {
    /// What the server counts in its values; nil for what is no number.
    var unit: PlausibleDates.Unit? {
        switch self {
        case .date, .epochMillis: .milliseconds
        case .epochSeconds: .seconds
        case .iso8601, .objectID: nil
        }
    }
}
