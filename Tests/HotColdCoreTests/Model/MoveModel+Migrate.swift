/// The round trips of a migrate's batch before its commit, and the one that takes copies back.
extension MoveModel {
    /// Drops what a restore holds: a plain read, before the hot transaction, at every attempt.
    func checkHolds(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        var next = world
        next[run: run].held = heldDocuments(world)
        next[run: run].phase = .read
        return [ModelStep(label: "checks the holds", world: next)]
    }

    /// Begins the hot transaction: its snapshot has the own seat and the documents.
    ///
    /// After a WriteConflict, what was read before with other bytes is left out. The copies of the rest may not stand as
    /// they are: the last one to be made may be one whose answer was lost, never verified. So the next step is `copy`.
    func read(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        var process = world[run: run]
        let seat = world[seat: ownSeat(process, run)]
        guard seat.isOpen else { return stop(world, run, "finds its seat fenced: stops") }
        guard isHotPlanned(world) else { return refuse(world, run) }
        var document = 0
        while document < documents {
            let before = process.moving(document)
            var found = hot(world, document)
            if !process.slice.contains(document: document) || process.held.contains(document: document) {
                found = .none
            }
            if process.remembers, before != .none, before != found { found = .none }
            process.setMoving(document, found)
            document += 1
        }
        process.number = seat.done + 1
        if !mutations.contains(.holdsBeforeRecovery) { process.held = 0 }
        process.outdated = 0
        process.phase = .copy
        var next = world
        next[run: run] = process
        if process.isEmpty {
            endSlice(&next, run)
            return [ModelStep(label: "reads hot: nothing to move", world: next)]
        }
        return [ModelStep(label: "reads hot", world: next)]
    }

    /// Writes the copies and what they are for in one cold transaction, and takes back what was left out.
    func copy(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        guard world[seat: ownSeat(world[run: run], run)].isOnCold || mutations.contains(.copiesWithoutSeat) else {
            return stop(world, run, "finds its cold seat gone: stops")
        }
        guard isColdPlanned(world) else { return refuse(world, run) }
        var steps: [ModelStep] = []
        var damaging = 0
        repeat {
            var next = world
            if let label = store(&next, run, damaging: UInt64(damaging)) {
                if losesAnswers {
                    var unanswered = next
                    unanswered[run: run] = world[run: run]
                    unanswered[run: run].outdated = 0
                    unanswered[run: run].isUnsettled = true
                    unanswered[run: run].phase = firstPhase(of: run)
                    steps.append(ModelStep(label: "copies, but the answer is lost: again", world: unanswered))
                }
                if next[run: run].isEmpty {
                    endSlice(&next, run)
                } else {
                    next[run: run].isUnsettled = true
                    next[run: run].phase = mutations.contains(.commitWithoutVerify) ? .commit : .verify
                }
                steps.append(ModelStep(label: label, world: next))
            }
            damaging += 1
        } while damagesCopies && damaging < 1 << documents
        return steps
    }

    /// The cold transaction of `copy`; nil if a document to be damaged is not stored.
    private func store(_ world: inout ModelWorld, _ run: Int, damaging: UInt64) -> StaticString? {
        var process = world[run: run]
        let index = ownSeat(process, run)
        var seat = world[seat: index]
        // Only a batch that the hot seat has not decided yet can have own copies on cold.
        if seat.batch < process.number, !mutations.contains(.copiesStayOwn) { seat.clearCopied() }
        var label: StaticString = "takes back what was left out"
        var document = 0
        while document < documents {
            let source = process.moving(document)
            let stored = damaging.contains(document: document) ? source | ModelVersion.damage : source
            let found = cold(world, document)
            let isOwn = seat.copied.contains(document: document)
            var isStored = false
            if source == .none {
                if isOwn {
                    takeBack(&world, index, document, leaving: seat.undo(document))
                    seat.pending = world[seat: index].pending
                    seat.clearCopied(document)
                }
            } else if found == .none || isOwn && found != source || found != source && conflict == .replace {
                if !isOwn { seat.setCopied(document, undo: found) }
                writeCold(&world, document, stored)
                supersede(&world, index, document)
                seat.pending = world[seat: index].pending
                isStored = true
                label = damaging == 0 ? "copies" : "copies with damage"
            } else if found != source {
                process.setMoving(document, .none)
                label = "leaves a conflict"
            } else {
                label = "finds the same bytes on cold"
            }
            if damaging.contains(document: document), !isStored { return nil }
            document += 1
        }
        seat.isOnCold = true
        seat.batch = process.number
        world[seat: index] = seat
        world[run: run] = process
        return label
    }

    /// Reads back what cold has of the batch and compares it with what was read.
    func verify(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        let process = world[run: run]
        guard isColdPlanned(world) else { return refuse(world, run) }
        var next = world
        var document = 0
        while document < documents {
            let source = process.moving(document)
            if source != .none, cold(world, document) != source {
                next[run: run] = ModelRun()
                next[run: run].epoch = process.epoch
                next[run: run].batch = process.batch
                next[run: run].number = process.number
                next[run: run].isFinishing = true
                next[run: run].phase = .takeBack
                return [ModelStep(label: "finds that a copy differs", world: next)]
            }
            document += 1
        }
        next[run: run].phase = .commit
        return [ModelStep(label: "verifies the copies", world: next)]
    }

    /// Takes the copies of a batch that ends without its commit back, before anybody else gets its ids.
    func takeBack(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        let index = ownSeat(world[run: run], run)
        var next = world
        guard world[seat: index].isOnCold else { return stop(world, run, "finds its cold seat gone: stops") }
        guard isColdPlanned(world) else { return refuse(world, run) }
        takeCopiesBack(&next, seat: index, number: world[run: run].number)
        var steps: [ModelStep] = []
        if losesAnswers {
            steps.append(ModelStep(label: "takes its copies back, but the answer is lost: again", world: next))
        }
        release(&next, run)
        steps.append(ModelStep(label: "takes its copies back", world: next))
        return steps
    }

    /// The cold transaction of `takeBack`.
    func takeCopiesBack(_ world: inout ModelWorld, seat index: Int, number: UInt64) {
        let seat = world[seat: index]
        var document = 0
        while document < documents {
            if seat.batch == number, seat.copied.contains(document: document) {
                takeBack(&world, index, document, leaving: seat.undo(document))
            }
            document += 1
        }
        world[seat: index].batch = number
        world[seat: index].clearCopied()
    }

    /// What an attempt before had taken back and this one copies anew is not in quarantine any more.
    private func supersede(_ world: inout ModelWorld, _ seat: Int, _ document: Int) {
        let bit: UInt64 = document == 0 ? 1 : 2
        guard world[seat: seat].pending & bit != 0 else { return }
        world[seat: seat].pending &= ~bit
        world[document: document].quarantined = .none
    }
}
