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
        MoveScenario("a migrate", 4220, MoveModel(runs: [.migrate], batches: 3, operations: 4, operationKinds: .all)),
        MoveScenario(
            "a restore",
            1246,
            MoveModel(runs: [.restore], batches: 3, start: .cold, operations: 4, operationKinds: .all)
        ),
        MoveScenario("two migrates", 68539, MoveModel(runs: [.migrate, .migrate], operationKinds: .all, tries: 3)),
        MoveScenario(
            "two migrates of two batches",
            123_655,
            MoveModel(runs: [.migrate, .migrate], batches: 2, operationKinds: .all)
        ),
        MoveScenario(
            "a migrate and a restore",
            32180,
            MoveModel(runs: [.migrate, .restore], batches: 2, operationKinds: .all)
        ),
        MoveScenario(
            "a restore and a migrate",
            33613,
            MoveModel(runs: [.restore, .migrate], batches: 2, start: .cold, operationKinds: .all)
        ),
        MoveScenario(
            "two restores",
            53662,
            MoveModel(runs: [.restore, .restore], batches: 2, start: .cold, operationKinds: .all, tries: 3)
        ),
        MoveScenario(
            "two migrates, cold ahead of hot",
            33691,
            MoveModel(runs: [.migrate, .migrate], startsWithColdAhead: true)
        ),
        MoveScenario(
            "a restore and a migrate, cold ahead of hot",
            7605,
            MoveModel(runs: [.restore, .migrate], start: .cold, startsWithColdAhead: true)
        ),
    ]

    /// One run recovers what another one was recovering.
    static let threeRuns = [
        MoveScenario("three migrates", 1_505_807, MoveModel(runs: [.migrate, .migrate, .migrate], operations: 1)),
        MoveScenario(
            "a restore between migrates",
            724_700,
            MoveModel(runs: [.migrate, .restore, .migrate], operations: 1, operationKinds: .all)
        ),
        MoveScenario(
            "a migrate between restores",
            456_353,
            MoveModel(runs: [.restore, .migrate, .restore], start: .cold, operations: 1, operationKinds: .all)
        ),
        MoveScenario(
            "three restores",
            521_200,
            MoveModel(runs: [.restore, .restore, .restore], start: .cold, operations: 1, operationKinds: .all)
        ),
    ]

    /// Somebody deletes from hot what the archive has already.
    static let purges = [
        MoveScenario("two migrates and a purge", 91523, purge([.migrate, .migrate], batches: 2)),
        MoveScenario("a migrate, a restore and a purge", 24326, purge([.migrate, .restore], batches: 2)),
        MoveScenario("a restore, a migrate and a purge", 18196, purge([.restore, .migrate], batches: 2, start: .cold)),
        MoveScenario("two restores and a purge", 10394, purge([.restore, .restore], start: .cold)),
        MoveScenario(
            "a migrate of two documents and a purge",
            215_035,
            purge([.migrate, .migrate], documents: 2, operations: 1)
        ),
        MoveScenario("two migrates that replace and a purge", 36939, purge([.migrate, .migrate], start: .both)),
    ]

    private static func purge(
        _ runs: [MoveModel.Kind],
        batches: Int = 1,
        documents: Int = 1,
        start: MoveModel.Start = .hot,
        operations: Int = 2
    ) -> MoveModel {
        MoveModel(
            runs: runs,
            batches: batches,
            documents: documents,
            start: start,
            operations: operations,
            operationKinds: [.usual, .purge],
            conflict: start == .both ? .replace : .skip
        )
    }

    /// An operator renames collections, and gives them their names back.
    static let renames = [
        MoveScenario("two migrates among renames", 76389, rename([.migrate, .migrate])),
        MoveScenario("a migrate and a restore among renames", 33844, rename([.migrate, .restore])),
        MoveScenario("a restore and a migrate among renames", 26110, rename([.restore, .migrate], start: .cold)),
        MoveScenario("two restores among renames", 39352, rename([.restore, .restore], start: .cold)),
    ]

    private static func rename(_ runs: [MoveModel.Kind], start: MoveModel.Start = .hot) -> MoveModel {
        MoveModel(runs: runs, start: start, operations: 1, operationKinds: [.usual, .purge], renames: 2)
    }

    /// What one mover has given up, another one of the same run works next.
    static let movers = [
        MoveScenario(
            "two migrates of two movers",
            216_139,
            MoveModel(runs: [.migrate, .migrate], movers: 2, batches: 2, operationKinds: .all)
        ),
        MoveScenario(
            "a migrate that comes back to its first mover",
            106_433,
            MoveModel(runs: [.migrate, .migrate], movers: 2, batches: 3, operations: 1, operationKinds: .all)
        ),
        MoveScenario(
            "a migrate and a restore of two movers",
            61136,
            MoveModel(runs: [.migrate, .restore], movers: 2, batches: 2, operationKinds: .all)
        ),
        MoveScenario(
            "a restore and a migrate of two movers",
            64105,
            MoveModel(runs: [.restore, .migrate], movers: 2, batches: 2, start: .cold, operationKinds: .all)
        ),
    ]

    /// Copies may be stored with other bytes.
    static let damage = [
        MoveScenario(
            "a migrate of two movers that damages",
            5937,
            MoveModel(runs: [.migrate], movers: 2, batches: 3, operations: 3, operationKinds: .all, damagesCopies: true)
        ),
        MoveScenario(
            "two migrates that damage",
            67677,
            MoveModel(runs: [.migrate, .migrate], operationKinds: .all, damagesCopies: true)
        ),
        MoveScenario(
            "a restore and a migrate that damage",
            17180,
            MoveModel(runs: [.restore, .migrate], start: .cold, operationKinds: .all, damagesCopies: true)
        ),
    ]

    /// Two documents in a batch, of which one is left out, or which is halved.
    static let documents = [
        MoveScenario(
            "a migrate of two documents by two movers",
            19707,
            MoveModel(runs: [.migrate], movers: 2, batches: 2, documents: 2, damagesCopies: true)
        ),
        MoveScenario(
            "two migrates of two documents",
            253_631,
            MoveModel(runs: [.migrate, .migrate], documents: 2, operations: 1, damagesCopies: true)
        ),
        MoveScenario(
            "a migrate and a restore of two documents",
            183_515,
            MoveModel(runs: [.migrate, .restore], documents: 2)
        ),
        MoveScenario(
            "a restore and a migrate of two documents",
            110_713,
            MoveModel(runs: [.restore, .migrate], documents: 2, start: .cold)
        ),
        MoveScenario(
            "two migrates of two documents that replace",
            167_077,
            MoveModel(runs: [.migrate, .migrate], documents: 2, start: .both, operations: 1, conflict: .replace)
        ),
    ]

    /// A migrate must leave alone what a restore holds.
    static let holds = [
        MoveScenario(
            "a restore that holds a copy and a migrate",
            59147,
            MoveModel(runs: [.restore, .migrate], batches: 2, start: .copied, operationKinds: .all, setsHolds: true)
        ),
        MoveScenario(
            "a restore that holds one copy of two and a migrate",
            148_700,
            MoveModel(runs: [.restore, .migrate], documents: 2, start: .copied, operations: 1, setsHolds: true)
        ),
        MoveScenario(
            "a restore that holds between migrates",
            846_635,
            MoveModel(runs: [.migrate, .restore, .migrate], operations: 1, operationKinds: .all, setsHolds: true)
        ),
    ]

    /// Both tiers have the id from the start.
    static let conflicts = [
        conflict("two migrates skip", 5622, [.migrate, .migrate], .both, .skip),
        conflict("a migrate and a restore skip", 11034, [.migrate, .restore], .both, .skip),
        conflict("two restores skip", 12387, [.restore, .restore], .both, .skip),
        conflict("two migrates replace", 48663, [.migrate, .migrate], .both, .replace),
        conflict("a migrate and a restore replace", 43955, [.migrate, .restore], .both, .replace),
        conflict("two restores replace", 22051, [.restore, .restore], .both, .replace),
        conflict("two migrates of a copy", 18346, [.migrate, .migrate], .copied, .skip),
        conflict("a migrate and a restore of a copy", 25736, [.migrate, .restore], .copied, .skip),
        conflict("two restores of a copy", 21277, [.restore, .restore], .copied, .skip),
        conflict("two migrates replace a copy", 39485, [.migrate, .migrate], .copied, .replace),
        conflict("a migrate and a restore replace a copy", 37184, [.migrate, .restore], .copied, .replace),
        conflict("two restores replace a copy", 22689, [.restore, .restore], .copied, .replace),
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
    static let all = runs + threeRuns + purges + renames + movers + damage + documents + holds + conflicts
}
