internal import ThreadSafety

/// Why a run starts no further batches.
public enum StopReason: Sendable, Equatable {
    /// The operator's signal.
    case signal
    /// `--limit` is reached.
    case limit
    /// `--max-duration` is over.
    case duration
    /// The end of `--window` has come.
    case window
    /// The lease was lost to another run.
    case leaseLost
    /// A copy read back differs from its source.
    case differingBytes
    /// A server could not be reached for longer than `--retry-for`, or refused.
    case failure
    /// The target refuses one document after another for the same reason.
    case refusals

    /// Whether even a batch in flight is not to wait for a server any longer: it could wait for minutes.
    var isUrgent: Bool {
        switch self {
        case .signal, .failure, .leaseLost: true
        case .limit, .duration, .window, .differingBytes, .refusals: false
        }
    }
}

/// A request to finish the batches in flight and start no more.
///
/// Not task cancellation: that would also end the heartbeat and the waits that batches in flight still need.
public final class StopRequest: Sendable {
    private struct State {
        var reason: StopReason?
        var waiters: [Int: Waiter] = [:]
        var lastWaiter = 0
        var parts: [Part] = []
        var observers: [@Sendable (StopReason) -> Void] = []
    }

    private struct Waiter {
        /// Whether it is to be woken for what is urgent only.
        var urgentOnly: Bool
        var continuation: CheckedContinuation<Void, Never>
    }

    /// Weak: a process may have many parts, one after another, that have ended.
    private struct Part {
        weak var request: StopRequest?
    }

    private let state = Locked(State())

    /// Creates a request that nobody has made yet.
    public init() {}

    /// Why to stop; nil while nobody has asked for it.
    public var reason: StopReason? { state.withLock(\.reason) }

    /// Whether the reason is urgent.
    var isUrgent: Bool { reason?.isUrgent == true }

    /// Whether even a batch in flight is not to be worked off: its documents would fare like those before.
    var endsBatches: Bool { isUrgent || reason == .refusals }

    /// Whether what fails from now on is not to be reported: the run ends for another reason, which says more.
    var excusesFailures: Bool { reason == .signal || reason == .leaseLost }

    /// A request for a part of what this one stops: a stop here is one there, not the other way round.
    public func part() -> StopRequest {
        let part = StopRequest()
        let reason = state.withLock { state in
            state.parts.removeAll { $0.request == nil }
            state.parts.append(Part(request: part))
            return state.reason
        }
        if let reason { part.request(reason) }
        return part
    }

    /// Asks to stop.
    ///
    /// The first reason stands, unless it leaves time and this one does not: after `--max-duration` an operator's signal
    /// still is one.
    public func request(_ reason: StopReason) {
        let (waiters, parts, observers) = state.withLock { state in
            let outweighs = state.reason.map { !$0.isUrgent && reason.isUrgent } ?? true
            if outweighs { state.reason = reason }
            let woken = state.waiters.filter { !$0.value.urgentOnly || state.reason?.isUrgent == true }
            for key in woken.keys { state.waiters[key] = nil }
            return (woken.values.map(\.continuation), state.parts, outweighs ? state.observers : [])
        }
        for waiter in waiters { waiter.resume() }
        for observer in observers { observer(reason) }
        for part in parts { part.request?.request(reason) }
    }

    /// Calls a closure with the reason when a stop is requested, at once where one was, and with a weightier one later.
    public func observe(_ observer: @escaping @Sendable (StopReason) -> Void) {
        let reason = state.withLock { state in
            state.observers.append(observer)
            return state.reason
        }
        if let reason { observer(reason) }
    }

    /// Waits for a while, shorter when a stop is requested in the meantime.
    ///
    /// - Returns: whether the whole time has passed.
    @discardableResult
    public func sleep(for duration: Duration) async -> Bool {
        await sleep(for: duration, urgentOnly: false)
        return reason == nil
    }

    /// The same where only what is urgent ends the wait.
    ///
    /// - Returns: whether nothing is urgent.
    func sleepUnlessUrgent(for duration: Duration) async -> Bool {
        await sleep(for: duration, urgentOnly: true)
        return !isUrgent
    }

    private func sleep(for duration: Duration, urgentOnly: Bool) async {
        guard duration > .zero, !isOver(urgentOnly) else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await Task.sleep(for: duration) }  // Ended early by cancelAll below.
            group.addTask { await self.untilRequested(urgentOnly: urgentOnly) }
            await group.next()
            group.cancelAll()
        }
    }

    private func isOver(_ urgentOnly: Bool) -> Bool { urgentOnly ? isUrgent : reason != nil }

    private func untilRequested(urgentOnly: Bool) async {
        let key = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    let isRequested = urgentOnly ? state.reason?.isUrgent == true : state.reason != nil
                    guard !isRequested, !Task.isCancelled else { return true }
                    state.waiters[key] = Waiter(urgentOnly: urgentOnly, continuation: continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: key) }?.continuation.resume()
        }
    }
}
