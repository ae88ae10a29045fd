/// The round trips of a restore's batch beside its commit.
extension MoveModel {
    /// Reads what is to be restored.
    func readCold(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        guard isColdPlanned(world) else { return refuse(world, run) }
        var next = world
        var document = 0
        while document < documents {
            if next[run: run].slice.contains(document: document) {
                next[run: run].setMoving(document, cold(world, document))
            }
            document += 1
        }
        guard !next[run: run].isEmpty else {
            endSlice(&next, run)
            return [ModelStep(label: "reads cold: nothing to restore", world: next)]
        }
        next[run: run].phase = .land
        return [ModelStep(label: "reads cold", world: next)]
    }

    /// Begins the hot transaction: inserts the documents and compares what it has stored, before it commits.
    ///
    /// Comparing after the commit would be too late: recovery clears cold of what has `landed`, damaged or not.
    func land(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        var process = world[run: run]
        let seat = world[seat: ownSeat(process, run)]
        guard seat.isOpen else { return stop(world, run, "finds its seat fenced: stops") }
        guard isHotPlanned(world) else { return refuse(world, run) }
        process.number = seat.done + 1
        process.phase = .commit
        var document = 0
        while document < documents {
            let version = process.moving(document)
            let found = hot(world, document)
            if version != .none, found != version {
                if found == .none || conflict == .replace {
                    process.inserts |= document == 0 ? 1 : 2
                } else {
                    process.setMoving(document, .none)
                }
            }
            document += 1
        }
        var next = world
        guard !process.isEmpty else {
            endSlice(&next, run)
            return [ModelStep(label: "leaves a conflict", world: next)]
        }
        next[run: run] = process
        var steps = [ModelStep(label: "inserts into hot, not committed", world: next)]
        guard damagesCopies, process.inserts != 0 else { return steps }
        if mutations.contains(.restoreVerifiesAfterCommit) {
            next[run: run].damaged = process.inserts
        } else {
            finish(&next, run)
        }
        steps.append(ModelStep(label: "inserts into hot with damage, not committed", world: next))
        return steps
    }

    /// Takes from cold to quarantine what has landed and is still the same, in a transaction on the own cold seat.
    ///
    /// A look on hot after that tells what is to stay there.
    func clear(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        let process = world[run: run]
        let seat = ownSeat(process, run)
        guard world[seat: seat].isOnCold else { return stop(world, run, "finds its cold seat gone: stops") }
        guard isColdPlanned(world) else { return refuse(world, run) }
        var next = world
        var document = 0
        while document < documents {
            let version = process.moving(document)
            if version != .none, cold(world, document) == version {
                takeBack(&next, seat, document, leaving: .none, present: process.present)
            }
            document += 1
        }
        var steps: [ModelStep] = []
        if losesAnswers { steps.append(ModelStep(label: "clears cold, but the answer is lost: again", world: next)) }
        endSlice(&next, run)
        steps.append(ModelStep(label: "clears cold", world: next))
        return steps
    }
}
