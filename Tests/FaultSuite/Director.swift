import Foundation
import HotColdCore
import TestSupport

/// Plays one round: starts hotcold, and lets happen to it what is to happen.
struct Director: Sendable {
    let stage: Stage
    let round: Round

    /// Plays the round.
    ///
    /// Returns how the runs ended, and whether what was to happen met a run at work.
    func play(using generator: inout SeededGenerator) async throws -> (ends: [Program.End], isHit: Bool) {
        switch round.disturbance {
        case .none:
            return ([try await start().end()], true)
        case .halt(let step, let count, let halted):
            let other = Command.takers(stage.layout).randomElement(using: &generator) ?? .migrate
            return try await halt("\(step.rawValue):\(count)", halted, other: other)
        case .server(let fault, let milliseconds):
            let program = try start(slowed: true)
            try await pause(milliseconds)
            try await happen(fault)
            return try await ended(program, allowing: Self.unavailable)
        case .failure(let failure, let side, let permille):
            let set = cluster(side)
            let before = try await set.set(CommandFailure.none)
            try await set.set(failure.failPoint(permille: permille))
            let end = try await start().end(allowing: Self.unavailable)
            let hits = try await set.set(CommandFailure.none) - before
            return ([end], hits > 0)
        case .stall(let side, let milliseconds, let duration, let breaks):
            return try await disconnect(side, after: milliseconds, for: duration, breaks: breaks)
        case .race(let other):
            let programs = try [start(), Program(round, other, on: stage)]
            return (await [programs[0].end(allowing: Self.busy), programs[1].end(allowing: Self.busy)], true)
        case .index(let change, let milliseconds):
            let program = try start(slowed: true)
            try await pause(milliseconds)
            let isHit = program.process.isRunning
            try await stage.change(change)
            return ([await program.end(allowing: Self.unavailable)], isHit)
        case .signal(let signal, let milliseconds):
            let program = try start(slowed: true)
            try await pause(milliseconds)
            program.process.send(signal: signal.number)
            return try await ended(program, allowing: [128 + signal.number])
        case .suspend(let milliseconds, let duration):
            let program = try start(slowed: true)
            try await pause(milliseconds)
            let isHit = program.process.isRunning
            program.process.send(signal: SIGTSTP)
            try await pause(duration)
            program.process.send(signal: SIGCONT)
            return ([await program.end()], isHit)
        case .clock(let days):
            let environment = try HotcoldProcess.environment(clockWrongBy: days * 86_400).orThrow("no libWrongClock.so")
            return ([try await Program(round, on: stage, environment: environment).end()], true)
        }
    }

    private func start(slowed: Bool = false) throws -> Program { try Program(round, on: stage, slowed: slowed) }

    private func cluster(_ side: Side) -> Cluster { stage.sandbox.cluster(side, stage.layout) }

    /// When things happen is the schedule's; nothing is waited for.
    private func pause(_ milliseconds: Int) async throws { try await Task.sleep(for: .milliseconds(milliseconds)) }

    /// A server was away for longer than the run waits.
    private static let unavailable: Set<Int32> = [69]
    /// Another run has the collection, or has taken it.
    private static let busy: Set<Int32> = [75]
    private static let killed: Set<Int32> = [128 + SIGKILL]

    private func ended(_ program: Program, allowing allowed: Set<Int32>) async throws
        -> (ends: [Program.End], isHit: Bool)
    {
        let isHit = program.process.isRunning
        return ([await program.end(allowing: allowed)], isHit)
    }

    // MARK: Runs that stop

    private func halt(_ point: String, _ halted: Disturbance.Halted, other: Command) async throws
        -> (ends: [Program.End], isHit: Bool)
    {
        let environment = halted == .clone ? try Self.boot("one") : [:]
        // On what passes for another machine nobody knows that a run that was killed before is dead.
        if halted == .clone { try await stage.expireLeases() }
        let program = try Program(round, on: stage, halt: point, environment: environment)
        guard try await program.process.hasHalted() else { return ([await program.end()], false) }
        func goOn() async {
            program.process.send(signal: SIGCONT)
            _ = await program.end()
        }
        switch halted {
        case .kill:
            program.process.send(signal: SIGKILL)
            return ([await program.end(allowing: Self.killed)], true)
        case .takeOver:
            try await stage.expireLeases()
            let next = try await Program(round, other, on: stage).end()
            program.process.send(signal: SIGCONT)
            return ([next, await program.end(allowing: Self.busy)], true)
        case .clone:
            // What looks at the tiers and settles nothing is no run that is not let in.
            return try await meetClone(of: program, other == .fix ? .migrate : other)
        case .buildBesideFrozenArchive:
            async let building: Void = stage.buildIndex(.hot)
            // Long enough to see who waits for the archive and who gives up, and short of what a run waits for.
            try await freeze(cluster(.cold).members, for: 20_000) { program.process.send(signal: SIGCONT) }
            try await building
            return ([await program.end(allowing: Self.unavailable)], true)
        case .exchange(let side):
            let isHit = try await stage.exchanging(side, while: goOn)
            return ([await program.end()], isHit)
        case .drop(let side):
            let isHit = try await stage.dropping(side, while: goOn)
            return ([await program.end()], isHit)
        case .fault(let fault):
            try await happen(fault) { program.process.send(signal: SIGCONT) }
            return ([await program.end(allowing: Self.unavailable)], true)
        }
    }

    /// A run on a clone of the machine must leave alone what a stopped one has, which then goes on.
    private func meetClone(of program: Program, _ command: Command) async throws
        -> (ends: [Program.End], isHit: Bool)
    {
        let clone = try await Program(round, command, on: stage, environment: Self.boot("another")).end(with: Self.busy)
        program.process.send(signal: SIGCONT)
        return ([clone, await program.end()], true)
    }

    private static func boot(_ name: String) throws -> [String: String] {
        try HotcoldProcess.environment(boot: name).orThrow("no libOtherBoot.so")
    }

    // MARK: Servers

    /// Lets something happen to the servers.
    ///
    /// - Parameter resume: lets a run that has stopped go on, in the middle of it.
    private func happen(_ fault: ServerFault, resume: () -> Void = {}) async throws {
        switch fault {
        case .stepDown(let side):
            try await cluster(side).stepDown()
            resume()
        case .kill(let side):
            try await cluster(side).roles().primary.send(signal: SIGKILL)
            resume()
        case .crash(let side):
            for member in cluster(side).members { try member.send(signal: SIGKILL) }
            resume()
            try await stage.sandbox.revive(stage.layout)
        case .freeze(let side, let milliseconds):
            let primary = try await cluster(side).roles().primary
            try await freeze([primary], for: milliseconds, resume)
        case .loseMajority(let side, let milliseconds):
            let secondaries = try await cluster(side).roles().secondaries
            try await freeze(secondaries, for: milliseconds, resume)
        case .rollBack(let side):
            let (primary, secondaries) = try await cluster(side).roles()
            try await freeze(secondaries, for: 1000) {
                resume()
            } end: {
                try primary.send(signal: SIGKILL)
            }
        }
    }

    private func freeze(
        _ members: [Cluster.Member],
        for milliseconds: Int,
        _ meanwhile: () -> Void,
        end: () throws -> Void = {}
    ) async throws {
        for member in members { try member.send(signal: SIGSTOP) }
        meanwhile()
        try await pause(milliseconds)
        try end()
        for member in members { try member.send(signal: SIGCONT) }
    }

    // MARK: The network

    /// Runs hotcold with a proxy in front of one primary, which then lets nothing through, or is gone for a while.
    private func disconnect(_ side: Side, after milliseconds: Int, for duration: Int, breaks: Bool) async throws
        -> (ends: [Program.End], isHit: Bool)
    {
        let target = try await cluster(side).roles().primary.port
        var proxy: Proxy? = try await Proxy(to: target)
        let port = try (proxy?.port).orThrow("no proxy")
        // Direct: a replica set would tell its members' own addresses.
        let uri = "mongodb://127.0.0.1:\(port)/?directConnection=true"
        try stage.configure(
            hotURI: side == .hot || stage.layout == .oneCluster ? uri : nil,
            coldURI: side == .cold || stage.layout == .oneCluster ? uri : nil
        )
        let program = try start(slowed: true)
        try await pause(milliseconds)
        let isHit = program.process.isRunning
        if breaks {
            proxy = nil
            try await pause(duration)
            proxy = try await Proxy(to: target, port: port)
        } else {
            proxy?.send(signal: SIGSTOP)
            try await pause(duration)
            proxy?.send(signal: SIGCONT)
        }
        let end = await program.end(allowing: Self.unavailable)
        proxy = nil
        try stage.configure()
        return ([end], isHit)
    }
}

extension Disturbance.Signal {
    fileprivate var number: Int32 {
        switch self {
        case .interrupt: SIGINT
        case .terminate: SIGTERM
        case .hangUp: SIGHUP
        case .kill: SIGKILL
        }
    }
}
