/// Form 2 of the move protocol, two clusters where the hot commit decides, as pure functions from a world to the worlds
/// that may come next.
///
/// A function is one round trip and bears the name of the engine's function: keep both alike.
///
/// - A run may be killed or frozen between any two round trips: it then takes no step. The judge therefore looks at
///   *every* world as if all runs had been killed there, so no step for dying is needed.
/// - A lease may be taken at any moment, since its holder may be frozen.
/// - Revisions of the server are one bit per open transaction: has anybody written the document since its snapshot?
/// - A run works an id in one batch at a time, by its movers in turn: what a mover gives up, the next one gets.
/// - A batch of two documents may be halved; its slices are worked by one mover, the later half first.
struct MoveModel: Sendable {
    /// What a run does.
    enum Kind: Sendable {
        case migrate
        case restore
    }

    /// Which tiers have the documents at the start.
    enum Start: Sendable {
        case hot
        case cold
        /// Different documents of the same id.
        case both
        /// The same document, as a copy-only run leaves it.
        case copied
    }

    /// What a move does where the target has the id with other bytes.
    enum Conflict: Sendable {
        case skip
        case replace
    }

    /// What the application may do with a document.
    struct Operations: OptionSet, Sendable {
        let rawValue: UInt8

        /// Write new bytes.
        static let update = Operations(rawValue: 1)
        /// Delete it.
        static let delete = Operations(rawValue: 2)
        /// Insert a deleted document again.
        static let insert = Operations(rawValue: 4)
        /// Write the bytes that the document had at the start.
        static let revert = Operations(rawValue: 8)
        /// Insert a document that cold has.
        static let upsert = Operations(rawValue: 16)
        /// Delete what cold has the same, which nobody wants gone: a job that makes room, an operator.
        static let purge = Operations(rawValue: 32)

        /// What every application does.
        static let usual: Operations = [.update, .delete, .insert]
        /// Everything.
        static let all: Operations = [.update, .delete, .insert, .revert, .upsert]
    }

    /// What can be left out of the protocol to see that the judge notices.
    struct Mutations: OptionSet, Sendable {
        let rawValue: UInt16

        /// Seats are made whoever owns the lease.
        static let seatsWithoutEpoch = Mutations(rawValue: 1)
        /// Copies are written where the cold seat is gone.
        static let copiesWithoutSeat = Mutations(rawValue: 1 << 1)
        /// Recovery takes the copies of a committed batch back.
        static let recoveryIgnoresDone = Mutations(rawValue: 1 << 2)
        /// Recovery does not fence the hot seat.
        static let recoveryWithoutFence = Mutations(rawValue: 1 << 3)
        /// After an unknown commit the seat is read, not updated.
        static let unknownSettledByRead = Mutations(rawValue: 1 << 4)
        /// Copies of a batch that was given up are taken back at the end of the run.
        static let lateTakeBack = Mutations(rawValue: 1 << 5)
        /// Copies of a batch that was committed are still taken for the mover's own.
        static let copiesStayOwn = Mutations(rawValue: 1 << 6)
        /// Nobody compares the copies.
        static let commitWithoutVerify = Mutations(rawValue: 1 << 7)
        /// A restore compares after its commit.
        static let restoreVerifiesAfterCommit = Mutations(rawValue: 1 << 8)
        /// A restore's commit does not set `done`.
        static let restoreWithoutDone = Mutations(rawValue: 1 << 9)
        /// A migrate checks holds before it has fenced the seats of earlier runs.
        static let holdsBeforeRecovery = Mutations(rawValue: 1 << 10)
        /// Copies that are taken back, and what a restore has landed, are deleted for good.
        static let takeBackForGood = Mutations(rawValue: 1 << 11)
        /// What is taken back is looked for on hot before that, not after it.
        static let lookBeforeTakeBack = Mutations(rawValue: 1 << 12)
        /// Collections are known by their names.
        static let identityByName = Mutations(rawValue: 1 << 13)
    }

    /// What the runs do; the first is the first to be named in a trace, not the first to start.
    var runs: [Kind]
    /// How many movers a run has.
    var movers = 1
    /// How many batches a run works.
    var batches = 1
    /// How many documents are in a batch.
    var documents = 1
    /// Where the documents are at the start.
    var start = Start.hot
    /// How often the application writes.
    var operations = 2
    /// What the application may do.
    var operationKinds = Operations.usual
    /// How often a batch is tried.
    var tries = 2
    /// What becomes of conflicts.
    var conflict = Conflict.skip
    /// Whether the answer to a commit may be lost, and a run may end early because a server stays away.
    var losesAnswers = true
    /// Whether a copy may be stored damaged.
    var damagesCopies = false
    /// Whether the lock on cold is ahead of the one on hot at the start, as where hot's is that of a backup.
    var startsWithColdAhead = false
    /// How often an operator renames a collection, or gives it its name back.
    var renames = 0
    /// Whether restores set holds and migrates heed them.
    var setsHolds = false
    /// What is left out.
    var mutations: Mutations = []

    /// The world before anything happens.
    var initial: ModelWorld {
        precondition(runs.count <= ModelWorld.runLimit && documents <= ModelWorld.documentLimit)
        precondition(runs.count * movers <= ModelWorld.seatLimit && operations <= 4 && batches < 4 && tries < 4)
        var world = ModelWorld()
        world.shared.operations = UInt64(operations)
        world.shared.renames = UInt64(renames)
        if startsWithColdAhead { world.shared.coldEpoch = 1 }
        for index in 0..<documents {
            world[document: index].newest = 1
            world[document: index].hot = start == .cold ? .none : 1
            world[document: index].cold =
                switch start {
                case .hot: .none
                case .cold, .copied: 1
                case .both: 2
                }
            switch start {
            case .both: world[document: index].separate = 2
            case .copied: world[document: index].separate = 1
            case .hot, .cold: break
            }
        }
        return world
    }

    /// The worlds one round trip of a run away.
    func steps(_ world: ModelWorld, run: Int) -> [ModelStep] {
        let steps = roundTrip(world, run)
        return losesAnswers ? steps + fail(world, run) : steps
    }

    private func roundTrip(_ world: ModelWorld, _ run: Int) -> [ModelStep] {
        switch world[run: run].phase {
        case .takeLease: takeLease(world, run)
        case .raiseColdEpoch: raiseColdEpoch(world, run)
        case .raiseHotEpoch: raiseHotEpoch(world, run)
        case .fence: fence(world, run)
        case .settleCold: settleCold(world, run)
        case .lookAtHot: lookAtHot(world, run)
        case .resolve: resolve(world, run)
        case .removeHotSeat: removeHotSeat(world, run)
        case .makeHotSeat: makeHotSeat(world, run)
        case .makeColdSeat: makeColdSeat(world, run)
        case .checkHolds: checkHolds(world, run)
        case .read: read(world, run)
        case .copy: copy(world, run)
        case .verify: verify(world, run)
        case .commit: commit(world, run)
        case .commitUnknown: commitUnknown(world, run)
        case .probe: probe(world, run)
        case .takeBack: takeBack(world, run)
        case .readCold: readCold(world, run)
        case .land: land(world, run)
        case .clear: clear(world, run)
        case .misledTakeBack: misledTakeBack(world, run)
        case .misled: misled(world, run)
        case .stopped: []
        }
    }
}

/// One round trip that may happen, and the world after it.
struct ModelStep {
    /// What happened; no text is made here, there are millions of these.
    let label: StaticString
    /// What it led to.
    let world: ModelWorld
}
