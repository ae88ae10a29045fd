/// The moments that divide a policy's temperatures, in milliseconds since 1970.
///
/// A threshold that reaches back beyond what 64 bits can say gives `Int64.min`, and no date is before that: with an
/// absurd threshold nothing is cold.
public struct Cutoffs: Hashable, Sendable {
    /// The moment from which ages are counted.
    public let now: Int64
    /// A date from here on is hot: `now` less the hot threshold.
    public let hot: Int64
    /// A date before this is old enough to be cold: `now` less the cold threshold.
    public let cold: Int64
    /// A last access before this is long enough ago to be cold: `now` less the days of hot access.
    public let access: Int64

    /// The cutoffs of a policy at a moment, in milliseconds since 1970.
    public init(_ policy: Policy, at now: Int64) {
        self.now = now
        hot = Self.moment(policy.hotThresholdDays, daysBefore: now)
        // Configuration refuses a hot threshold beyond the cold one. Should it get here all the same, hot wins.
        cold = min(hot, Self.moment(policy.coldThresholdDays, daysBefore: now))
        access = Self.moment(policy.hotAccessDays, daysBefore: now)
    }

    private static func moment(_ days: Int, daysBefore now: Int64) -> Int64 {
        let (distance, tooFar) = Int64(days).multipliedReportingOverflow(by: 86_400_000)
        let (moment, tooEarly) = now.subtractingReportingOverflow(distance)
        return tooFar || tooEarly ? .min : moment
    }
}
