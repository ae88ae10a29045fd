internal import Mongo
internal import ThreadSafety

/// What settling seats came to.
struct Recovery: Sendable {
    /// Documents that were half-way.
    var documents = 0
    /// What could not be settled, or not without putting an archived document into quarantine.
    var problems: [MoveProblem] = []
    /// Documents that hot does not have any more, and whose copies are in quarantine.
    var quarantined: [BSONValue] = []
    /// Copies that were on record and that the archive did not have.
    var missing = 0

    static func += (left: inout Recovery, right: Recovery) {
        left.documents += right.documents
        left.problems += right.problems
        left.quarantined += right.quarantined
        left.missing += right.missing
    }
}

/// What settling has come to so far, by seat.
///
/// A seat is remembered before what is known of it goes: the step after it can fail, and when settling is repeated there
/// is less to see, or nothing.
final class RecoveryLog: Sendable {
    private let seats = Locked<[ExactName: Recovery]>([:])

    /// Remembers a seat; of one that is settled again, what only the first time has told stays.
    func add(_ recovery: Recovery, of seat: Seat) {
        seats.withLock { seats in
            let name = ExactName(seat.id)
            guard let before = seats[name] else { return seats[name] = recovery }
            let known = Set(before.problems.map(\.id))
            let quarantined = Set(before.quarantined)
            seats[name] = Recovery(
                documents: max(before.documents, recovery.documents),
                problems: before.problems + recovery.problems.filter { !known.contains($0.id) },
                quarantined: before.quarantined + recovery.quarantined.filter { !quarantined.contains($0) },
                missing: max(before.missing, recovery.missing)
            )
        }
    }

    /// All seats.
    var total: Recovery { seats.withLock { $0.values.reduce(into: Recovery()) { $0 += $1 } } }
}
