/// Waits between attempts to reach a server, longer each time, for as long as the operator allows.
struct Patience {
    /// How long a run whose time is over goes on trying for the batches in flight: an election takes less.
    static let afterStop = Duration.seconds(30)

    private let total: Duration
    /// Counted from the first failure, not from when all was well.
    private var deadline: ContinuousClock.Instant?
    /// Counted from the first failure after a stop was requested.
    private var deadlineOfStop: ContinuousClock.Instant?
    private var delay: Duration = .milliseconds(100)

    init(_ total: Duration) { self.total = total }

    /// Waits; false when the time is over, or when an urgent stop is requested.
    mutating func pause(_ stop: StopRequest) async -> Bool {
        let now = ContinuousClock.now
        var end = deadline ?? now + total
        deadline = end
        if stop.reason != nil {
            deadlineOfStop = deadlineOfStop ?? now + Self.afterStop
            end = min(end, deadlineOfStop ?? end)
        }
        guard end > now, !stop.isUrgent else { return false }
        let time = min(delay * Double.random(in: 0.5...1.5), end - now)
        delay = min(delay * 2, .seconds(5))
        guard stop.reason == nil else {
            // Stopped for a reason that lets batches in flight finish.
            return await stop.sleepUnlessUrgent(for: time)
        }
        await stop.sleep(for: time)
        return !stop.isUrgent
    }
}

/// Runs a body again while a server is away, for as long as the operator allows.
///
/// For what may be done twice: a body whose answer was lost may have been done.
func retrying<Success>(
    for total: Duration,
    stop: StopRequest,
    _ body: () async throws -> Success
) async throws -> Success {
    var patience = Patience(total)
    while true {
        do {
            return try await body()
        } catch {
            guard case .unavailable(let reason) = MigrationError(error), await patience.pause(stop) else { throw error }
            EngineLog.tell("tries again: \(reason)")
        }
    }
}
