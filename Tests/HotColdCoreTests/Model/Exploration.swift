import Dispatch

/// Every world that a model can get to, breadth first, so that the first trace to a violation is a shortest one.
struct Exploration {
    /// How many worlds there are.
    var count: Int { worlds.count }
    /// The first world found for each kind of violation.
    private(set) var violations: [ModelViolation: Int32] = [:]

    /// The round trips that a run has been before, a bit each.
    private(set) var phases: UInt32 = 0

    private let model: MoveModel
    private var worlds: [ModelWorld] = []
    private var predecessors: [Int32] = []
    /// An open-addressing table of indices into `worlds`, -1 for an empty place.
    private var table: [Int32]
    private var mask: Int

    /// Visits all worlds of a model.
    init(_ model: MoveModel) {
        self.model = model
        mask = (1 << 16) - 1
        table = [Int32](repeating: -1, count: mask + 1)
        add(model.initial, from: -1)
        var position: Int32 = 0
        while Int(position) < worlds.count {
            let world = worlds[Int(position)]
            for step in model.application(world) { add(step.world, from: position) }
            var run = 0
            while run < model.runs.count {
                phases |= 1 &<< UInt32(world[run: run].phase.rawValue)
                for step in model.steps(world, run: run) { add(step.world, from: position) }
                run += 1
            }
            position += 1
        }
    }

    /// The worlds in which every run has come to its end.
    var ends: [ModelWorld] {
        worlds.filter { world in model.runs.indices.allSatisfy { world[run: $0].phase == .stopped } }
    }

    /// The labels of the steps to the first world with a violation, with what both tiers have after each.
    func trace(to violation: ModelViolation) -> [String] {
        guard var index = violations[violation] else { return [] }
        var lines: [String] = []
        while predecessors[Int(index)] >= 0 {
            let before = predecessors[Int(index)]
            lines.append(line(from: worlds[Int(before)], to: worlds[Int(index)]))
            index = before
        }
        return lines.reversed()
    }

    private mutating func add(_ world: ModelWorld, from predecessor: Int32) {
        var place = Int(truncatingIfNeeded: world.mixed) & mask
        while true {
            let index = table[place]
            if index < 0 { break }
            if worlds[Int(index)] == world { return }
            place = (place &+ 1) & mask
        }
        let index = Int32(truncatingIfNeeded: worlds.count)
        table[place] = index
        worlds.append(world)
        predecessors.append(predecessor)
        let broken = model.judge(world)
        if !broken.isEmpty { note(broken, index) }
        if worlds.count &* 2 > mask { grow() }
    }

    private mutating func note(_ broken: ModelViolation, _ index: Int32) {
        for kind in ModelViolation.kinds where broken.contains(kind) && violations[kind] == nil {
            violations[kind] = index
        }
    }

    private mutating func grow() {
        mask = mask &* 4 &+ 3
        table = [Int32](repeating: -1, count: mask + 1)
        var index = 0
        while index < worlds.count {
            var place = Int(truncatingIfNeeded: worlds[index].mixed) & mask
            while table[place] >= 0 { place = (place &+ 1) & mask }
            table[place] = Int32(truncatingIfNeeded: index)
            index += 1
        }
    }

    /// Finds the step again, so that no label has to be kept.
    private func line(from world: ModelWorld, to next: ModelWorld) -> String {
        for step in model.application(world) where step.world == next {
            return "application \(step.label)\(tiers(next))"
        }
        for run in model.runs.indices {
            for step in model.steps(world, run: run) where step.world == next {
                return "\(model.runs[run]) \(run + 1) \(step.label)\(tiers(next))"
            }
        }
        return "?"
    }

    private func tiers(_ world: ModelWorld) -> String {
        let documents = (0..<model.documents).map { index in
            let document = world[document: index]
            return "hot \(document.hot) cold \(document.cold) newest \(document.newest)"
        }
        return " [" + documents.joined(separator: "; ") + "]"
    }
}

extension ModelViolation {
    /// All kinds.
    static let kinds: [ModelViolation] = [.loss, .resurrection, .duplicate, .heldMoved, .orphanedSeat]
}

extension Exploration {
    /// Where models are explored, one at a time: the threads of tests are as few as the machine's processors, and other
    /// tests wait there for servers and programs.
    private static let queue = DispatchQueue(label: "models")

    /// Explores a model, and lets other tests go on meanwhile.
    static func of(_ model: MoveModel) async -> Exploration {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Exploration(model)) }
        }
    }
}
