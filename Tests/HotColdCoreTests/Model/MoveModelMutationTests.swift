import Testing

/// Part of the protocol is left out, to see that it is needed and that the judge notices.
struct MoveMutation: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let model: MoveModel
    let violations: ModelViolation

    init(_ name: String, _ violations: ModelViolation, _ model: MoveModel) {
        testDescription = name
        self.model = model
        self.violations = violations
    }

    /// What is left out, each in a small model that shows it.
    static let all = [
        MoveMutation(
            "seats without the epoch",
            [.loss, .orphanedSeat],
            MoveModel(runs: [.migrate, .migrate], operations: 0, losesAnswers: false, mutations: .seatsWithoutEpoch)
        ),
        MoveMutation(
            "copies without the cold seat",
            [.resurrection, .duplicate, .orphanedSeat],
            MoveModel(runs: [.migrate, .migrate], operations: 1, losesAnswers: false, mutations: .copiesWithoutSeat)
        ),
        MoveMutation(
            "recovery ignores done",
            [.loss],
            MoveModel(runs: [.migrate, .restore], operations: 0, losesAnswers: false, mutations: .recoveryIgnoresDone)
        ),
        MoveMutation(
            "recovery without fencing the hot seat",
            [.loss],
            MoveModel(runs: [.migrate, .migrate], operations: 0, losesAnswers: false, mutations: .recoveryWithoutFence)
        ),
        MoveMutation(
            "an unknown commit settled by a read",
            [.loss],
            MoveModel(runs: [.migrate], operations: 0, mutations: .unknownSettledByRead)
        ),
        MoveMutation(
            "copies taken back at the end of the run only",
            [.loss],
            MoveModel(runs: [.migrate], movers: 2, batches: 2, operations: 0, mutations: .lateTakeBack)
        ),
        MoveMutation(
            "copies that stay the mover's own once they are committed",
            [.loss],
            MoveModel(runs: [.migrate], batches: 2, operationKinds: .all, mutations: .copiesStayOwn)
        ),
        MoveMutation(
            "a commit without verifying",
            [.loss],
            MoveModel(runs: [.migrate], operations: 0, damagesCopies: true, mutations: .commitWithoutVerify)
        ),
        MoveMutation(
            "a restore that verifies after its commit",
            [.loss],
            MoveModel(
                runs: [.restore],
                start: .cold,
                operations: 0,
                damagesCopies: true,
                mutations: .restoreVerifiesAfterCommit
            )
        ),
        MoveMutation(
            "a restore that does not set done",
            [.resurrection],
            MoveModel(runs: [.restore], start: .cold, operations: 1, mutations: .restoreWithoutDone)
        ),
        MoveMutation(
            "holds checked before recovery",
            [.heldMoved],
            MoveModel(
                runs: [.restore, .migrate],
                start: .cold,
                operations: 0,
                losesAnswers: false,
                setsHolds: true,
                mutations: .holdsBeforeRecovery
            )
        ),
        MoveMutation(
            "copies taken back for good",
            [.loss],
            MoveModel(runs: [.migrate, .migrate], operationKinds: [.update, .purge], mutations: .takeBackForGood)
        ),
        MoveMutation(
            "what a restore has landed deleted from cold for good",
            [.loss],
            MoveModel(runs: [.restore], start: .cold, operationKinds: .purge, mutations: .takeBackForGood)
        ),
        MoveMutation(
            "a look on hot before the copies are taken back",
            [.loss],
            MoveModel(runs: [.migrate, .migrate], operationKinds: .purge, mutations: .lookBeforeTakeBack)
        ),
        MoveMutation(
            "a look on hot before what a restore has landed goes from cold",
            [.loss],
            MoveModel(runs: [.restore], start: .cold, operationKinds: .purge, mutations: .lookBeforeTakeBack)
        ),
        MoveMutation(
            "collections known by their names",
            [.resurrection, .duplicate],
            MoveModel(
                runs: [.migrate, .migrate],
                operations: 1,
                losesAnswers: false,
                renames: 2,
                mutations: .identityByName
            )
        ),
    ]
}

/// A model that finds nothing when the protocol is broken would prove nothing when it is whole.
@Suite("What the model of a move notices", .timeLimit(.minutes(30)))
struct MoveModelMutationTests {
    @Test(arguments: MoveMutation.all)
    func `each part of the protocol is needed`(_ mutation: MoveMutation) async {
        let exploration = await Exploration.of(mutation.model)
        let found = exploration.violations.keys.reduce(into: ModelViolation()) { $0.formUnion($1) }
        #expect(found == mutation.violations)
    }

    @Test(arguments: MoveMutation.all)
    func `the same depth finds nothing when nothing is left out`(_ mutation: MoveMutation) async {
        var model = mutation.model
        model.mutations = []
        #expect(await Exploration.of(model).violations.isEmpty)
    }

    @Test func `a trace names every step to a violation`() async {
        let model = MoveModel(runs: [.migrate], operations: 0, mutations: .unknownSettledByRead)
        let trace = await Exploration.of(model).trace(to: .loss)
        #expect(trace.last == "migrate 1 COMMITS late [hot 0 cold 0 newest 1]")
        #expect(trace.count == 12)
    }
}
