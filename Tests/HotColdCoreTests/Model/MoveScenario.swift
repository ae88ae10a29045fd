/// A model to be explored to its end, and how many worlds it has.
///
/// The number says nothing by itself; it is there so that nobody changes the model, or its depth, without noticing.
struct MoveScenario: Sendable {
    /// What runs, in a test's output.
    let name: String
    /// What is explored.
    let model: MoveModel
    /// How many worlds that is.
    let count: Int

    /// Makes a scenario.
    init(_ name: String, _ count: Int, _ model: MoveModel) {
        self.name = name
        self.count = count
        self.model = model
    }

    /// Runs of both directions that follow each other, or overlap because one was frozen.
    static let runs = [
        MoveScenario("a migrate", 3612, MoveModel(runs: [.migrate], batches: 3, operations: 4, operationKinds: .all)),
        MoveScenario(
            "a restore",
            991,
            MoveModel(runs: [.restore], batches: 3, start: .cold, operations: 4, operationKinds: .all)
        ),
        MoveScenario("two migrates", 49289, MoveModel(runs: [.migrate, .migrate], operationKinds: .all, tries: 3)),
        MoveScenario(
            "two migrates of two batches",
            89955,
            MoveModel(runs: [.migrate, .migrate], batches: 2, operationKinds: .all)
        ),
        MoveScenario(
            "a migrate and a restore",
            23372,
            MoveModel(runs: [.migrate, .restore], batches: 2, operationKinds: .all)
        ),
        MoveScenario(
            "a restore and a migrate",
            22651,
            MoveModel(runs: [.restore, .migrate], batches: 2, start: .cold, operationKinds: .all)
        ),
        MoveScenario(
            "two restores",
            40402,
            MoveModel(runs: [.restore, .restore], batches: 2, start: .cold, operationKinds: .all, tries: 3)
        ),
        MoveScenario(
            "two migrates, cold ahead of hot",
            21987,
            MoveModel(runs: [.migrate, .migrate], startsWithColdAhead: true)
        ),
        MoveScenario(
            "a restore and a migrate, cold ahead of hot",
            3967,
            MoveModel(runs: [.restore, .migrate], start: .cold, startsWithColdAhead: true)
        ),
    ]

    /// One run recovers what another one was recovering.
    static let threeRuns = [
        MoveScenario("three migrates", 843_857, MoveModel(runs: [.migrate, .migrate, .migrate], operations: 1)),
        MoveScenario(
            "a restore between migrates",
            415_021,
            MoveModel(runs: [.migrate, .restore, .migrate], operations: 1, operationKinds: .all)
        ),
        MoveScenario(
            "a migrate between restores",
            237_761,
            MoveModel(runs: [.restore, .migrate, .restore], start: .cold, operations: 1, operationKinds: .all)
        ),
        MoveScenario(
            "three restores",
            300_157,
            MoveModel(runs: [.restore, .restore, .restore], start: .cold, operations: 1, operationKinds: .all)
        ),
    ]

    /// What one mover has given up, another one of the same run works next.
    static let movers = [
        MoveScenario(
            "two migrates of two movers",
            139_189,
            MoveModel(runs: [.migrate, .migrate], movers: 2, batches: 2, operationKinds: .all)
        ),
        MoveScenario(
            "a migrate that comes back to its first mover",
            69273,
            MoveModel(runs: [.migrate, .migrate], movers: 2, batches: 3, operations: 1, operationKinds: .all)
        ),
        MoveScenario(
            "a migrate and a restore of two movers",
            38990,
            MoveModel(runs: [.migrate, .restore], movers: 2, batches: 2, operationKinds: .all)
        ),
        MoveScenario(
            "a restore and a migrate of two movers",
            38104,
            MoveModel(runs: [.restore, .migrate], movers: 2, batches: 2, start: .cold, operationKinds: .all)
        ),
    ]

    /// Copies may be stored with other bytes.
    static let damage = [
        MoveScenario(
            "a migrate of two movers that damages",
            4214,
            MoveModel(runs: [.migrate], movers: 2, batches: 3, operations: 3, operationKinds: .all, damagesCopies: true)
        ),
        MoveScenario(
            "two migrates that damage",
            38791,
            MoveModel(runs: [.migrate, .migrate], operationKinds: .all, damagesCopies: true)
        ),
        MoveScenario(
            "a restore and a migrate that damage",
            10178,
            MoveModel(runs: [.restore, .migrate], start: .cold, operationKinds: .all, damagesCopies: true)
        ),
    ]

    /// Two documents in a batch, of which one is left out, or which is halved.
    static let documents = [
        MoveScenario(
            "a migrate of two documents by two movers",
            11360,
            MoveModel(runs: [.migrate], movers: 2, batches: 2, documents: 2, damagesCopies: true)
        ),
        MoveScenario(
            "two migrates of two documents",
            151_491,
            MoveModel(runs: [.migrate, .migrate], documents: 2, operations: 1, damagesCopies: true)
        ),
        MoveScenario(
            "a migrate and a restore of two documents",
            108_549,
            MoveModel(runs: [.migrate, .restore], documents: 2)
        ),
        MoveScenario(
            "a restore and a migrate of two documents",
            53557,
            MoveModel(runs: [.restore, .migrate], documents: 2, start: .cold)
        ),
        MoveScenario(
            "two migrates of two documents that replace",
            115_269,
            MoveModel(runs: [.migrate, .migrate], documents: 2, start: .both, operations: 1, conflict: .replace)
        ),
    ]

    /// A migrate must leave alone what a restore holds.
    static let holds = [
        MoveScenario(
            "a restore that holds a copy and a migrate",
            48229,
            MoveModel(runs: [.restore, .migrate], batches: 2, start: .copied, operationKinds: .all, setsHolds: true)
        ),
        MoveScenario(
            "a restore that holds one copy of two and a migrate",
            109_773,
            MoveModel(runs: [.restore, .migrate], documents: 2, start: .copied, operations: 1, setsHolds: true)
        ),
        MoveScenario(
            "a restore that holds between migrates",
            504_658,
            MoveModel(runs: [.migrate, .restore, .migrate], operations: 1, operationKinds: .all, setsHolds: true)
        ),
    ]

    /// Both tiers have the id from the start.
    static let conflicts = [
        conflict("two migrates skip", 4932, [.migrate, .migrate], .both, .skip),
        conflict("a migrate and a restore skip", 7510, [.migrate, .restore], .both, .skip),
        conflict("two restores skip", 8461, [.restore, .restore], .both, .skip),
        conflict("two migrates replace", 32283, [.migrate, .migrate], .both, .replace),
        conflict("a migrate and a restore replace", 27582, [.migrate, .restore], .both, .replace),
        conflict("two restores replace", 14609, [.restore, .restore], .both, .replace),
        conflict("two migrates of a copy", 16514, [.migrate, .migrate], .copied, .skip),
        conflict("a migrate and a restore of a copy", 18196, [.migrate, .restore], .copied, .skip),
        conflict("two restores of a copy", 14507, [.restore, .restore], .copied, .skip),
        conflict("two migrates replace a copy", 29781, [.migrate, .migrate], .copied, .replace),
        conflict("a migrate and a restore replace a copy", 25605, [.migrate, .restore], .copied, .replace),
        conflict("two restores replace a copy", 15835, [.restore, .restore], .copied, .replace),
    ]

    private static func conflict(
        _ name: String,
        _ count: Int,
        _ runs: [MoveModel.Kind],
        _ start: MoveModel.Start,
        _ conflict: MoveModel.Conflict
    ) -> MoveScenario {
        MoveScenario(name, count, MoveModel(runs: runs, start: start, operationKinds: .all, conflict: conflict))
    }

    /// All of them.
    static let all = runs + threeRuns + movers + damage + documents + holds + conflicts
}
