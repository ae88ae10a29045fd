/// The commit on hot, which decides a batch in either direction, and what follows an unknown result.
extension MoveModel {
    /// Commits the hot transaction, unless somebody has written to its seat or its documents since the snapshot.
    func commit(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        let process = world[run: run]
        guard world[seat: ownSeat(process, run)].isOpen else {
            return stop(world, run, "finds its seat fenced at commit: stops")
        }
        var next = world
        var steps: [ModelStep] = []
        if process.slice == 3 {
            halve(&next, run)
            steps.append(ModelStep(label: "takes too long: halves the batch", world: next))
            next = world
        }
        guard process.outdated == 0 else {
            next[run: run].remembers = true
            retry(&next, run)
            steps.append(ModelStep(label: "has a WriteConflict", world: next))
            return steps
        }
        decide(&next, run)
        afterCommit(&next, run)
        steps.append(ModelStep(label: "COMMITS", world: next))
        if losesAnswers {
            next = world
            next[run: run].phase = .commitUnknown
            steps.append(ModelStep(label: "commits, the answer is lost", world: next))
        }
        return steps
    }

    /// What the server makes of a commit whose answer is lost: it comes to pass some time, or not at all.
    func commitUnknown(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        var next = world
        next[run: run].outdated = 0
        next[run: run].phase = .probe
        var steps = [ModelStep(label: "never reached the server with its commit", world: next)]
        guard canCommit(world, run) else { return steps }
        decide(&next, run)
        steps.append(ModelStep(label: "COMMITS late", world: next))
        if mutations.contains(.unknownSettledByRead) {
            next = world
            next[run: run].phase = .misledTakeBack
            steps.append(ModelStep(label: "READS its seat: not done, so not committed", world: next))
        }
        return steps
    }

    /// Updates its hot seat, which waits for the decision, and learns it from `done`.
    func probe(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        let process = world[run: run]
        let seat = world[seat: ownSeat(process, run)]
        guard seat.isOpen else { return stop(world, run, "probes, its seat is fenced: leaves it to recovery") }
        var next = world
        guard seat.done == process.number else {
            retry(&next, run)
            return [ModelStep(label: "probes: not committed for certain", world: next)]
        }
        afterCommit(&next, run)
        return [ModelStep(label: "probes: committed", world: next)]
    }

    /// Only with a mutation: takes the copies back while the commit is still under way.
    func misledTakeBack(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        let process = world[run: run]
        var next = world
        let seat = ownSeat(process, run)
        if world[seat: seat].isOnCold { takeCopiesBack(&next, seat: seat, number: process.number) }
        next[run: run].phase = .misled
        return [ModelStep(label: "takes its copies back", world: next)]
    }

    /// Only with a mutation: the commit comes to pass after all.
    func misled(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        guard canCommit(world, run) else { return [] }
        var next = world
        decide(&next, run)
        return stop(next, run, "COMMITS late")
    }

    private func canCommit(_ world: ModelWorld, _ run: Int) -> Bool {
        let process = world[run: run]
        return process.outdated == 0 && world[seat: ownSeat(process, run)].isOpen
    }

    /// Goes on after the commit: a migrate is done with the batch, a restore has to clear cold.
    private func afterCommit(_ world: inout ModelWorld, _ run: Int) {
        switch runs[run] {
        case .migrate:
            world[run: run].isUnsettled = false
            endSlice(&world, run)
        case .restore where world[run: run].damaged != 0:
            finish(&world, run)
        case .restore:
            world[run: run].inserts = 0
            world[run: run].outdated = 0
            if mutations.contains(.lookBeforeTakeBack) { world[run: run].present = presentDocuments(world) }
            world[run: run].phase = .clear
        }
    }

    /// Tries the batch again from its read, or gives it up; a restore has nothing to take back.
    private func retry(_ world: inout ModelWorld, _ run: Int) {
        var process = world[run: run]
        process.tries += 1
        process.outdated = 0
        process.inserts = 0
        process.damaged = 0
        let isLast = process.tries >= tries
        switch runs[run] {
        case .migrate:
            process.phase = firstPhase(of: run)
            world[run: run] = process
        case .restore:
            process.phase = .readCold
            process.remembers = false
            process.setMoving(0, .none)
            process.setMoving(1, .none)
            world[run: run] = process
        }
        if isLast { endSlice(&world, run) }
    }

    /// What the hot transaction changes.
    private func decide(_ world: inout ModelWorld, _ run: Int) {
        let process = world[run: run]
        let seat = ownSeat(process, run)
        var document = 0
        while document < documents {
            let version = process.moving(document)
            if version != .none {
                switch runs[run] {
                case .migrate:
                    if world[document: document].held { world.shared.heldDeleted = true }
                    // What cold had in its own right is replaced, or the same.
                    world[document: document].separate = .none
                    writeHot(&world, document, .none)
                case .restore:
                    if setsHolds { world[document: document].held = true }
                    let isInserted = process.inserts.contains(document: document)
                    if isInserted {
                        let isDamaged = process.damaged.contains(document: document)
                        writeHot(&world, document, isDamaged ? version | ModelVersion.damage : version)
                    }
                    if world[document: document].separate == version {
                        world[document: document].separate = .none
                        if isInserted { world[document: document].newest = version }
                    }
                }
            }
            if runs[run] == .restore { world[seat: seat].setLanded(document, version) }
            document += 1
        }
        if runs[run] == .restore, mutations.contains(.restoreWithoutDone) { return }
        world[seat: seat].done = process.number
    }

    /// Writes a document on hot, which outdates every open transaction that is to write it too.
    func writeHot(_ world: inout ModelWorld, _ document: Int, _ version: ModelVersion) {
        world[document: document].hot = version
        var run = 0
        while run < runs.count {
            if isWatching(world, run, document) { world[run: run].outdated |= document == 0 ? 1 : 2 }
            run += 1
        }
    }

    /// A run's open transaction has yet to write the document.
    private func isWatching(_ world: ModelWorld, _ run: Int, _ document: Int) -> Bool {
        let process = world[run: run]
        switch process.phase {
        case .copy, .verify, .commit, .commitUnknown, .misledTakeBack, .misled:
            return runs[run] == .migrate
                ? process.moving(document) != .none : process.inserts.contains(document: document)
        default:
            return false
        }
    }
}
