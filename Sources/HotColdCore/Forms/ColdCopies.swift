internal import Mongo

/// What a mover has put on cold for a batch that is not decided.
struct ColdCopies: Sendable {
    /// The cold collection.
    let archive: Namespace
    let seat: Seat
    let comment: String

    /// Removes copies and puts back what they took the place of, in the caller's transaction.
    ///
    /// - Parameter kept: ids whose copies stay.
    func takeBack(_ copies: Seat.Cold, except kept: Set<BSONValue> = [], with cold: borrowing Client) throws {
        let ids = copies.ids.filter { !kept.contains($0) }
        guard !ids.isEmpty else { return }
        _ = try cold.delete(ids: ids, from: archive, comment: comment)
        let removed = Set(ids)
        let writer = TargetWriter(target: archive, comment: comment)
        for document in copies.undo {
            guard let id = document["_id"], removed.contains(id) else { continue }
            try writer.put(document, id, bypassingValidation: true, with: cold)
        }
    }

    /// Takes back what is not decided, at the end of a batch that did not end well: its ids may then go to another
    /// mover, which must not find copies that this one would still take back.
    ///
    /// What is decided is asked first, by an update that waits for a commit under way.
    func takeBack(with clients: borrowing ClientPair) throws {
        let done = try seat.probe(with: clients.first).done
        try clients.second.transaction {
            let copies = try seat.readCold(with: clients.second).uncommitted(after: done)
            try takeBack(copies, with: clients.second)
            try seat.write(Seat.Cold(batch: copies.batch), with: clients.second)
        }
    }

    /// Settles a seat for good: what its mover left half-way on cold is taken back or, for a restore, finished.
    ///
    /// The steps and their order are what makes it safe against the mover itself, should it still be alive: once the hot
    /// seat is fenced it can decide nothing more, once the cold seat is gone it can copy nothing more. Whether the
    /// documents are still in hot does not matter: if not, the application has deleted them, and they must not come
    /// back.
    ///
    /// - Returns: how many documents were half-way.
    func settle(with clients: borrowing ClientPair) throws -> Int {
        guard let hotSeat = try seat.fence(with: clients.first) else { return 0 }  // Settled by another run.
        let settled = try clients.second.transaction { try settleCold(hotSeat, with: clients.second) }
        try seat.remove(with: clients.first)
        return settled
    }

    private func settleCold(_ hotSeat: Seat.Hot, with cold: borrowing Client) throws -> Int {
        guard let coldSeat = try seat.findCold(with: cold) else { return 0 }
        let copies = coldSeat.uncommitted(after: hotSeat.done)
        try takeBack(copies, with: cold)
        let landed = try removeLanded(hotSeat.landed, with: cold)
        try seat.remove(with: cold)
        return copies.ids.count + landed
    }

    /// Deletes from cold what a restore has brought to hot, where it is still the same, in the caller's transaction.
    private func removeLanded(_ landing: Seat.Landing, with cold: borrowing Client) throws -> Int {
        guard !landing.ids.isEmpty else { return 0 }
        let present = try BatchReader(comment: comment).all(landing.ids, in: archive, with: cold)
        let unchanged = landing.unchanged(among: present)
        guard !unchanged.isEmpty else { return 0 }
        return try cold.delete(ids: unchanged, from: archive, comment: comment)
    }
}
