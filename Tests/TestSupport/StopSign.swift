import Synchronization

/// Tells something that runs beside a test to stop.
public final class StopSign: Sendable {
    private let isSet = Atomic(false)

    /// Not set yet.
    public init() {}

    /// Asks it to stop.
    public func set() { isSet.store(true, ordering: .relaxed) }

    /// Whether it was asked to.
    public var isRequested: Bool { isSet.load(ordering: .relaxed) }
}
