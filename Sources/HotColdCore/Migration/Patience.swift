/// Waits between attempts to reach a server, longer each time, for as long as the operator allows.
struct Patience {
    private let total: Duration
    /// Counted from the first failure, not from when all was well.
    private var deadline: ContinuousClock.Instant?
    private var delay: Duration = .milliseconds(100)

    init(_ total: Duration) { self.total = total }

    /// Waits; false when the time is over.
    mutating func pause() async -> Bool {
        let end = deadline ?? .now + total
        deadline = end
        let left = end - .now
        guard left > .zero else { return false }
        // Ended early when cancelled: the caller sees to that.
        try? await Task.sleep(for: min(delay * Double.random(in: 0.5...1.5), left))
        delay = min(delay * 2, .seconds(5))
        return true
    }
}
