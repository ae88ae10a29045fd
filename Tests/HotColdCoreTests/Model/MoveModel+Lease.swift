/// What a run does before its batches and at its end: the lease, the epochs, the seats of earlier owners, the own seats.
extension MoveModel {
    /// Owns the namespace from now on, and whoever owned it does no longer.
    func takeLease(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        var next = world
        next.shared.hotEpoch += 1
        next[run: run].epoch = next.shared.hotEpoch
        next[run: run].phase = .raiseColdEpoch
        return [ModelStep(label: "takes the lease", world: next)]
    }

    /// Tells cold of the new owner, unless it has seen the epoch or a higher one.
    func raiseColdEpoch(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        let epoch = world[run: run].epoch
        var next = world
        guard world.shared.coldEpoch < epoch else {
            next[run: run].wanted = world.shared.coldEpoch + 1
            next[run: run].phase = .raiseHotEpoch
            return [ModelStep(label: "finds that cold has seen its epoch", world: next)]
        }
        if mutations.contains(.holdsBeforeRecovery) { next[run: run].held = heldDocuments(world) }
        next.shared.coldEpoch = epoch
        next[run: run].phase = .fence
        return [ModelStep(label: "raises the epoch on cold", world: next)]
    }

    /// Takes a higher epoch, as another owner would, while the lease is still its own.
    func raiseHotEpoch(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        let process = world[run: run]
        guard world.shared.hotEpoch == process.epoch else { return stop(world, run, "has lost the lease: stops") }
        var next = world
        next.shared.hotEpoch = process.wanted
        next[run: run].epoch = process.wanted
        next[run: run].wanted = 0
        next[run: run].phase = .raiseColdEpoch
        return [ModelStep(label: "raises its epoch on hot", world: next)]
    }

    /// Fences the next seat to settle: one of an earlier owner, or at the end of the run one of its own.
    func fence(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        let process = world[run: run]
        var seat = 0
        while seat < runs.count * movers {
            let held = world[seat: seat]
            if held.isOnHot, process.isFinishing ? seat / movers == run : held.epoch < process.epoch { break }
            seat += 1
        }
        var next = world
        guard seat < runs.count * movers else {
            if process.isFinishing { return stop(world, run, "has ended") }
            next[run: run].phase = .makeHotSeat
            return [ModelStep(label: "has no seat to settle", world: next)]
        }
        if !mutations.contains(.recoveryWithoutFence) { next[seat: seat].isFenced = true }
        if mutations.contains(.lookBeforeTakeBack) { next[run: run].present = presentDocuments(world) }
        next[run: run].target = UInt64(seat)
        next[run: run].phase = .settleCold
        return [ModelStep(label: "fences a hot seat", world: next)]
    }

    /// Undoes on cold what hot did not commit, rolls forward what a restore did commit, and removes the cold seat.
    ///
    /// The engine acts on what `fence` returned. Nobody changes a fenced seat, and where the hot seat is gone the cold
    /// one went before (`ModelViolation.orphanedSeat`), so looking again is the same.
    func settleCold(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        let seat = Int(world[run: run].target)
        var next = world
        guard world[seat: seat].isOnHot else {
            next[run: run].target = 0
            next[run: run].phase = .fence
            return [ModelStep(label: "finds the seat settled by another run", world: next)]
        }
        guard isColdPlanned(world) else { return refuse(world, run) }
        settle(&next, seat: seat, present: mutations.contains(.lookBeforeTakeBack) ? world[run: run].present : 0)
        next[run: run].present = 0
        var steps: [ModelStep] = []
        if losesAnswers, world[seat: seat].isOnCold {
            steps.append(ModelStep(label: "settles the cold seat, but the answer is lost: again", world: next))
        }
        next[run: run].phase = .lookAtHot
        steps.append(ModelStep(label: "settles the cold seat and removes it", world: next))
        return steps
    }

    /// What recovery does to cold for one seat, in one transaction.
    ///
    /// What goes from cold goes to quarantine, until it is known that hot has the document: in its absence it may be the
    /// last copy, and absence is no proof that anybody wanted it gone.
    ///
    /// - Parameter present: only with a mutation, what is known to be on hot.
    func settle(_ world: inout ModelWorld, seat: Int, present: UInt64 = 0) {
        let state = world[seat: seat]
        guard state.isOnCold else { return }
        let isUndecided = state.batch > state.done || mutations.contains(.recoveryIgnoresDone)
        var document = 0
        while document < documents {
            if isUndecided, state.copied.contains(document: document) {
                takeBack(&world, seat, document, leaving: state.undo(document), present: present)
            }
            let landed = state.landed(document)
            if landed != .none, cold(world, document) == landed {
                takeBack(&world, seat, document, leaving: .none, present: present)
            }
            document += 1
        }
        world[seat: seat].removeFromCold()
    }

    /// Puts what cold has of a document into quarantine, and on cold what was there before.
    ///
    /// What the application has deleted is there to no purpose, and left out for the sake of fewer worlds.
    func takeBack(
        _ world: inout ModelWorld,
        _ seat: Int,
        _ document: Int,
        leaving before: ModelVersion,
        present: UInt64 = 0
    ) {
        let copy = cold(world, document)
        writeCold(&world, document, before)
        let isForGood = mutations.contains(.takeBackForGood) || present.contains(document: document)
        guard copy != .none, !isForGood else { return }
        guard world[document: document].isPurged || world[document: document].hot != .none else { return }
        // There may be several; the newest is the one that must not get lost.
        if world[document: document].quarantined != world[document: document].newest {
            world[document: document].quarantined = copy
        }
        world[seat: seat].pending |= document == 0 ? 1 : 2
    }

    /// Looks on hot for the documents whose copies are in quarantine.
    func lookAtHot(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        let seat = Int(world[run: run].target)
        var next = world
        guard world[seat: seat].isOnHot, world[seat: seat].pending != 0 else {
            afterQuarantine(&next, run)
            return [ModelStep(label: "has nothing in quarantine", world: next)]
        }
        guard isHotPlanned(world) else { return refuse(world, run) }
        next[run: run].present = presentDocuments(world)
        next[run: run].phase = .resolve
        return [ModelStep(label: "looks on hot for what is in quarantine", world: next)]
    }

    func presentDocuments(_ world: ModelWorld) -> UInt64 {
        (hot(world, 0) != .none ? 1 : 0) | (documents == 2 && hot(world, 1) != .none ? 2 : 0)
    }

    /// Discards from quarantine what hot has; the rest stays for the operator.
    func resolve(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        let seat = Int(world[run: run].target)
        var next = world
        discard(&next, seat, present: world[run: run].present)
        afterQuarantine(&next, run)
        return [ModelStep(label: "discards from quarantine what hot has", world: next)]
    }

    private func afterQuarantine(_ world: inout ModelWorld, _ run: Int) {
        world[run: run].present = 0
        guard world[run: run].isReleasing else {
            world[run: run].phase = .removeHotSeat
            return
        }
        handOn(&world, run)
    }

    private func discard(_ world: inout ModelWorld, _ seat: Int, present: UInt64) {
        var document = 0
        while document < documents {
            let isOfSeat = world[seat: seat].pending.contains(document: document)
            if isOfSeat, present.contains(document: document) || !world[document: document].isPurged {
                world[document: document].quarantined = .none
            }
            document += 1
        }
        world[seat: seat].pending = 0
    }

    /// Forgets a settled seat.
    func removeHotSeat(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        var next = world
        next[seat: Int(world[run: run].target)] = ModelSeat()
        next[run: run].target = 0
        next[run: run].phase = .fence
        return [ModelStep(label: "removes the hot seat", world: next)]
    }

    /// Makes the hot seats of all its movers, in a transaction that finds the own epoch in the lock on hot.
    func makeHotSeat(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        let epoch = world[run: run].epoch
        guard world.shared.hotEpoch == epoch || mutations.contains(.seatsWithoutEpoch) else {
            return stop(world, run, "has lost the lease: stops")
        }
        var next = world
        var mover = 0
        while mover < movers {
            var seat = ModelSeat()
            seat.isOnHot = true
            seat.epoch = epoch
            next[seat: run * movers + mover] = seat
            mover += 1
        }
        next[run: run].phase = .makeColdSeat
        return [ModelStep(label: "makes its hot seats", world: next)]
    }

    /// Makes the cold seats of all its movers, in a transaction that finds the own epoch in the lock on cold.
    func makeColdSeat(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        guard world.shared.coldEpoch == world[run: run].epoch || mutations.contains(.seatsWithoutEpoch) else {
            return stop(world, run, "finds a higher epoch on cold: stops")
        }
        var next = world
        var mover = 0
        while mover < movers {
            next[seat: run * movers + mover].isOnCold = true
            mover += 1
        }
        begin(&next, run, batch: 0)
        return [ModelStep(label: "makes its cold seats", world: next)]
    }
}
