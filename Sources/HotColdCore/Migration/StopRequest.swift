internal import Synchronization

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
}

/// A request to finish the batches in flight and start no more.
///
/// Not task cancellation: that would also end the heartbeat and the waits that batches in flight still need.
public final class StopRequest: Sendable {
    private struct State {
        var reason: StopReason?
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var lastWaiter = 0
        var parts: [StopRequest] = []
    }

    private let state = Mutex(State())

    /// Creates a request that nobody has made yet.
    public init() {}

    /// Why to stop; nil while nobody has asked for it.
    public var reason: StopReason? { state.withLock(\.reason) }

    /// Whether even a batch in flight is not to wait for a server any longer: it could wait for minutes.
    var isUrgent: Bool {
        switch reason {
        case .signal, .failure, .leaseLost: true
        case .limit, .duration, .window, .differingBytes, .refusals, nil: false
        }
    }

    /// Whether even a batch in flight is not to be worked off: its documents would fare like those before.
    var endsBatches: Bool { isUrgent || reason == .refusals }

    /// Whether what fails from now on is not to be reported: the run ends for another reason, which says more.
    var excusesFailures: Bool { reason == .signal || reason == .leaseLost }

    /// A request for a part of what this one stops: a stop here is one there, not the other way round.
    public func part() -> StopRequest {
        let part = StopRequest()
        let reason = state.withLock { state in
            state.parts.append(part)
            return state.reason
        }
        if let reason { part.request(reason) }
        return part
    }

    /// Asks to stop.
    ///
    /// The first reason stands.
    public func request(_ reason: StopReason) {
        let (waiters, parts) = state.withLock { state in
            if state.reason == nil { state.reason = reason }
            defer { state.waiters = [:] }
            return (Array(state.waiters.values), state.parts)
        }
        for waiter in waiters { waiter.resume() }
        for part in parts { part.request(reason) }
    }

    /// Waits for a while, shorter when a stop is requested in the meantime.
    ///
    /// - Returns: whether the whole time has passed.
    @discardableResult
    public func sleep(for duration: Duration) async -> Bool {
        guard duration > .zero, reason == nil else { return reason == nil }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await Task.sleep(for: duration) }  // Ended early by cancelAll below.
            group.addTask { await self.untilRequested() }
            await group.next()
            group.cancelAll()
        }
        return reason == nil
    }

    private func untilRequested() async {
        let key = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard state.reason == nil, !Task.isCancelled else { return true }
                    state.waiters[key] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: key) }?.resume()
        }
    }
}
