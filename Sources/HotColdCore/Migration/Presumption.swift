internal import Synchronization

/// What all movers of a run take for granted until one of them finds it wrong.
final class Presumption: Sendable {
    private let upheld: Atomic<Bool>

    init(isUpheld: Bool) { upheld = Atomic(isUpheld) }

    /// Whether nobody has found it wrong.
    var isUpheld: Bool { upheld.load(ordering: .relaxed) }

    /// It is wrong, for all movers from now on.
    ///
    /// Returns what ends the attempt that took it for granted.
    func refuted() -> MoveInterruption {
        upheld.store(false, ordering: .relaxed)
        return .presumedWrongly
    }
}
