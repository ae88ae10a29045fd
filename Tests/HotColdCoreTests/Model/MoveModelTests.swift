import Testing

extension MoveScenario: CustomTestStringConvertible {
    var testDescription: String { "\(name), \(count) worlds" }
}

/// Every interleaving, kill, freeze and lost answer within the depth that a scenario states.
///
/// `models/two_clusters.py` of the design is where this model comes from.
@Suite("The model of a move between two clusters", .timeLimit(.minutes(30)))
struct MoveModelTests {
    @Test(arguments: MoveScenario.all)
    func `no interleaving breaks a promise`(_ scenario: MoveScenario) async {
        let exploration = await Exploration.of(scenario.model)
        for violation in exploration.violations.keys {
            Issue.record("\(violation): \(exploration.trace(to: violation).joined(separator: "\n"))")
        }
        #expect(exploration.count == scenario.count)
    }

    @Test func `a migrate left alone moves the document and leaves no seat`() async {
        let ends = await Exploration.of(MoveModel(runs: [.migrate], operations: 0, losesAnswers: false)).ends
        #expect(ends.count == 1)
        #expect(ends.first?[document: 0].hot == ModelVersion.none)
        #expect(ends.first?[document: 0].cold == 1)
        #expect(ends.first?[seat: 0].bits == 0)
    }

    @Test func `a restore left alone moves the document and leaves no seat`() async {
        let model = MoveModel(runs: [.restore], start: .cold, operations: 0, losesAnswers: false)
        let ends = await Exploration.of(model).ends
        #expect(ends.count == 1)
        #expect(ends.first?[document: 0].hot == 1)
        #expect(ends.first?[document: 0].cold == ModelVersion.none)
        #expect(ends.first?[seat: 0].bits == 0)
    }

    @Test func `one changed document does not keep the other one from moving`() async {
        let model = MoveModel(
            runs: [.migrate],
            documents: 2,
            operations: 1,
            operationKinds: .update,
            losesAnswers: false
        )
        let moved = await Exploration.of(model).ends.contains { end in
            end[document: 0].hot == 2 && end[document: 0].cold == .none
                && end[document: 1].hot == .none && end[document: 1].cold == 1
        }
        #expect(moved)
    }

    @Test func `every step of the protocol is taken`() async {
        let model = MoveModel(
            runs: [.migrate, .restore],
            operationKinds: [.usual, .purge],
            startsWithColdAhead: true,
            setsHolds: true
        )
        let phases = await Exploration.of(model).phases
        let real = (0..<ModelRun.Phase.misledTakeBack.rawValue).reduce(UInt32(0)) { $0 | 1 << UInt32($1) }
        #expect(phases & real == real)
    }
}
