/// A pause that may not end: of a member that is gone, a disk that is full, a file that somebody has forgotten.
///
/// A run that pauses holds its leases, and keeps later ones from trying.
public struct LongPause: Sendable {
    private let longest: Duration
    private var began: ContinuousClock.Instant?
    private var isTold = false

    /// - Parameter longest: how long a pause may last; zero is for ever.
    public init(longest: Duration) { self.longest = longest }

    /// Takes note of a moment, and of what the run does less for, if anything.
    ///
    /// - Returns: whether nothing was begun for too long. Slower is not too slow.
    public mutating func isTooLong(_ strain: Strain?, at now: ContinuousClock.Instant) -> Bool {
        guard let strain, strain.isPause else {
            (began, isTold) = (nil, false)
            return false
        }
        let start = began ?? now
        began = start
        return longest > .zero && now - start >= longest
    }

    /// The same, once for each pause: for who is to be told.
    public mutating func hasBecomeLong(_ strain: Strain?, at now: ContinuousClock.Instant) -> Bool {
        guard isTooLong(strain, at: now), !isTold else { return false }
        isTold = true
        return true
    }
}
