/// How a run goes from one batch to the next.
extension MoveModel {
    /// The seat of the mover whose turn it is.
    func ownSeat(_ process: ModelRun, _ run: Int) -> Int {
        movers == 1 ? run : run * movers + Int(process.batch) % movers
    }

    /// The documents that are held, a bit each.
    func heldDocuments(_ world: ModelWorld) -> UInt64 {
        (world[document: 0].held ? 1 : 0) | (world[document: 1].held ? 2 : 0)
    }

    /// Never does anything again, and leaves its seats to recovery.
    func stop(_ world: ModelWorld, _ run: Int, _ label: StaticString) -> [ModelStep] {
        var next = world
        next[run: run] = ModelRun()
        next[run: run].phase = .stopped
        return [ModelStep(label: label, world: next)]
    }

    /// The round trip that a batch begins with.
    func firstPhase(of run: Int) -> ModelRun.Phase {
        switch runs[run] {
        case .migrate: setsHolds && !mutations.contains(.holdsBeforeRecovery) ? .checkHolds : .read
        case .restore: .readCold
        }
    }

    /// Begins a batch of all documents, by the mover whose turn it is.
    func begin(_ world: inout ModelWorld, _ run: Int, batch: UInt64) {
        var next = ModelRun()
        next.epoch = world[run: run].epoch
        next.batch = batch
        next.slice = documents == 2 ? 3 : 1
        next.phase = firstPhase(of: run)
        if mutations.contains(.holdsBeforeRecovery) { next.held = world[run: run].held }
        world[run: run] = next
    }

    /// Goes on with the batch's other slice, or releases its ids, once no copies of it are left that are undecided.
    func endSlice(_ world: inout ModelWorld, _ run: Int) {
        let process = world[run: run]
        var next = ModelRun()
        next.epoch = process.epoch
        next.batch = process.batch
        next.isUnsettled = process.isUnsettled
        if process.later != 0 {
            next.slice = process.later
            next.phase = firstPhase(of: run)
            world[run: run] = next
        } else if process.isUnsettled, !mutations.contains(.lateTakeBack) {
            next.number = process.number
            next.phase = .takeBack
            world[run: run] = next
        } else {
            release(&world, run)
        }
    }

    /// Works the later half of the slice, then the other one, by the same mover.
    func halve(_ world: inout ModelWorld, _ run: Int) {
        let process = world[run: run]
        var next = ModelRun()
        next.epoch = process.epoch
        next.batch = process.batch
        next.isUnsettled = process.isUnsettled
        next.slice = 2
        next.later = 1
        next.phase = firstPhase(of: run)
        world[run: run] = next
    }

    /// Releases the ids of a batch, once it is known of each copy in quarantine whether hot has the document: another
    /// batch may move it.
    func release(_ world: inout ModelWorld, _ run: Int) {
        let process = world[run: run]
        let seat = ownSeat(process, run)
        guard world[seat: seat].pending != 0 else { return handOn(&world, run) }
        var next = ModelRun()
        next.epoch = process.epoch
        next.batch = process.batch
        next.isFinishing = process.isFinishing
        next.isReleasing = true
        next.target = UInt64(seat)
        next.phase = .lookAtHot
        world[run: run] = next
    }

    /// Hands the ids to the next mover, or goes on with the end of the run after the last batch.
    func handOn(_ world: inout ModelWorld, _ run: Int) {
        let batch = world[run: run].batch + 1
        if batch < batches, !world[run: run].isFinishing {
            begin(&world, run, batch: batch)
        } else {
            finish(&world, run)
        }
    }

    /// Ends in the middle of a batch, because a server stays away: the run's end is all that is left to do.
    func fail(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        switch world[run: run].phase {
        case .copy, .verify, .commit, .commitUnknown, .probe, .takeBack, .land, .clear:
            var next = world
            finish(&next, run)
            return [ModelStep(label: "ends early", world: next)]
        case .takeLease, .raiseColdEpoch, .raiseHotEpoch, .fence, .settleCold, .lookAtHot, .resolve, .removeHotSeat,
            .makeHotSeat, .makeColdSeat, .checkHolds, .read, .readCold, .misledTakeBack, .misled, .stopped:
            return []
        }
    }

    /// Goes on with the end of the run, where it settles its own seats as recovery would.
    func finish(_ world: inout ModelWorld, _ run: Int) {
        var next = ModelRun()
        next.epoch = world[run: run].epoch
        next.isFinishing = true
        next.phase = .fence
        world[run: run] = next
    }
}
