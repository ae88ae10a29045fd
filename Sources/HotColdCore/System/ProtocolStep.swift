internal import Glibc
internal import Synchronization

/// A moment of the move protocol at which a test can stop the process, to see what becomes of what is done so far.
///
/// Builds with `HALTING_POINTS` (debug builds, and those that tests run) stop themselves with SIGSTOP where the environment
/// says so: `HOTCOLD_HALT_AT=copied:3` is the third time that copies have been written. Then a test kills the
/// process, or does something to the servers and lets it go on. Other builds have nothing of this.
package enum ProtocolStep: String, CaseIterable, Sendable {
    /// Both leases are taken; what dead runs left is still there.
    case leased
    /// What dead runs left is settled.
    case recovered
    /// The hot halves of the seats are made, the cold ones not yet.
    case halfSeated
    /// Both halves of the seats are made.
    case seated
    /// The documents of a batch are read.
    case read
    /// The copies are written; their transaction is open.
    case copied
    /// The copies are committed on the cold cluster, where that is not the deciding commit.
    case copiesCommitted
    /// The copies are read back and compared.
    case verified
    /// The journal is written, in the deciding transaction.
    case recorded
    /// The sources are deleted, in the deciding transaction.
    case deleted
    /// The deciding transaction is committed.
    case committed
    /// What a restore has brought to hot is deleted from the cold cluster; the transaction is open.
    case cleared
    /// The same is committed, and it is not known yet whether hot still has it.
    case pending
    /// A hot half of a seat is fenced.
    case fenced
    /// What a mover left half-way is undone or finished on the cold cluster; the transaction is open.
    case undone
    /// The cold half of a seat is gone, the hot one is there.
    case settled
    /// A recovery knows of the copies in quarantine which of them hot has.
    case resolved
    /// Everything is moved and settled; the leases are held.
    case left

    /// Says that the process is there.
    func reached() {
        #if HALTING_POINTS
            HaltingPoint.ofProcess?.meet(self)
        #endif
    }
}

#if HALTING_POINTS
    /// Where this process is to stop.
    private final class HaltingPoint: Sendable {
        private let step: ProtocolStep
        /// How often the step is still to be reached.
        private let remaining: Atomic<Int>

        static let ofProcess = HaltingPoint(unsafe getenv("HOTCOLD_HALT_AT").map { unsafe String(cString: $0) })

        init?(_ text: String?) {
            let parts = text?.split(separator: ":") ?? []
            guard parts.count == 2, let step = ProtocolStep(rawValue: String(parts[0])), let count = Int(parts[1])
            else { return nil }
            self.step = step
            remaining = Atomic(count)
        }

        func meet(_ step: ProtocolStep) {
            guard step == self.step, remaining.subtract(1, ordering: .relaxed).newValue == 0 else { return }
            // To this thread, which stops all: one sent to the process may be taken by another thread, a little later.
            pthread_kill(pthread_self(), SIGSTOP)
        }
    }
#endif
