package import HotColdCore
import TestSupport

/// What hotcold is to do.
package enum Command: String, CaseIterable, Sendable {
    /// What is cold goes into the archive.
    case migrate
    /// A part of the archive comes back, free to go again at once.
    case restore
    /// Also what the application stored anew while the archive had it: the older version gives way.
    case replace = "migrate --on-conflict replace"
    /// A small part of the archive comes back for good.
    case hold = "restore --hold-days"
    /// What is in both tiers or half-way is settled.
    case fix = "verify --fix"

    /// Which way documents go; nil where they stay.
    var direction: Direction? {
        switch self {
        case .migrate, .replace: .migrate
        case .restore, .hold: .restore
        case .fix: nil
        }
    }

    /// The steps that a run of it takes and can be stopped at.
    package func steps(_ layout: Layout) -> [ProtocolStep] {
        direction.map { ProtocolStep.taken(by: $0, layout.topology) } ?? []
    }

    /// Those that take the leases in any case; where nothing can be half-way there is nothing to settle.
    static func takers(_ layout: Layout) -> [Command] {
        allCases.filter { layout != .oneCluster || $0 != .fix }
    }

    /// Those that move documents, each in its way.
    package static let moves: [Command] = [.migrate, .restore, .replace]
}

/// Something that happens to the servers.
package enum ServerFault: Sendable, Hashable {
    /// The primary steps down.
    case stepDown(Side)
    /// The primary is killed.
    case kill(Side)
    /// All members are killed at once, and start again.
    case crash(Side)
    /// The primary is frozen for so long.
    case freeze(Side, milliseconds: Int)
    /// The secondaries are frozen for so long: no write can have a majority.
    case loseMajority(Side, milliseconds: Int)
    /// The secondaries are frozen, then the primary is killed and they go on: what it took meanwhile is rolled back.
    case rollBack(Side)
}

/// What happens to a run.
package enum Disturbance: Sendable, Hashable {
    /// What is done to a run that has stopped at a step.
    package enum Halted: Sendable, Hashable {
        /// It is killed.
        case kill
        /// Another one takes over, then it goes on.
        case takeOver
        /// Something happens to the servers, then it goes on.
        case fault(ServerFault)
        /// A run on a clone of its machine finds its leases, then it goes on.
        case clone
        /// The archive freezes for twenty seconds, and an operator builds an index of hot, which waits for the transactions
        /// there and has all writers wait behind it.
        case buildBesideFrozenArchive
        /// The collection of a tier gets another name and an empty one its own, then it goes on; afterwards it has its name
        /// again.
        case exchange(Side)
        /// The collection of a tier is dropped, then it goes on; afterwards there is another one with the same documents.
        case drop(Side)
    }

    /// Nothing but the application beside it.
    case none
    /// It stops when it has reached a step so many times.
    case halt(ProtocolStep, count: Int, Halted)
    /// Something happens to the servers so long after its start.
    case server(ServerFault, milliseconds: Int)
    /// Of a thousand such commands so many fail.
    case failure(CommandFailure, Side, permille: Int)
    /// The network between hotcold and a cluster stalls after so long, for so long; or breaks.
    case stall(Side, milliseconds: Int, duration: Int, breaks: Bool)
    /// Another run starts at the same moment.
    case race(Command)
    /// An operator changes indexes.
    case index(IndexChange, milliseconds: Int)
    /// It gets a signal.
    case signal(Signal, milliseconds: Int)
    /// It is stopped from its terminal after so long, for so long.
    case suspend(milliseconds: Int, duration: Int)
    /// Its clock is wrong by so many days.
    case clock(days: Int)

    /// A signal that ends a run.
    package enum Signal: String, CaseIterable, Sendable {
        case interrupt, terminate, hangUp, kill
    }

    /// What an operator does about indexes.
    package enum IndexChange: String, CaseIterable, Sendable {
        case buildOnHot = "an index of hot is built and dropped"
        case buildOnCold = "an index of the archive is built and dropped"
        case dropOfScan = "the index of the scan is dropped and built"
    }

    /// Whether a run that has hot documents locked is killed, or stopped for long, without a chance to let go of them.
    package var leavesLocks: Bool {
        switch self {
        case .halt(_, _, .kill), .halt(_, _, .takeOver), .signal(.kill, _): true
        default: false
        }
    }

    /// Whether something is to be rolled back.
    package var rollsBack: Bool {
        switch self {
        case .halt(_, _, .fault(.rollBack)), .server(.rollBack, _): true
        default: false
        }
    }

    /// What is counted in the summary.
    package var kind: String {
        switch self {
        case .none: "nothing but the application"
        case .halt(let step, _, .kill): "killed at \(step.rawValue)"
        case .halt(let step, _, .takeOver): "frozen at \(step.rawValue), taken over"
        case .halt(let step, _, .clone): "frozen at \(step.rawValue), a clone comes"
        case .halt(_, _, .buildBesideFrozenArchive): "an index of hot is built while the archive is frozen"
        case .halt(_, _, .exchange(let side)): "the \(side.rawValue) collection is exchanged at a step"
        case .halt(_, _, .drop(let side)): "the \(side.rawValue) collection is dropped at a step"
        case .index(let change, _): change.rawValue
        case .halt(_, _, .fault(let fault)): "stopped at a step while \(fault.kind)"
        case .server(let fault, _): "at any moment, \(fault.kind)"
        case .failure(let failure, let side, _): "\(failure.kind.rawValue) on \(failure.command), \(side.rawValue)"
        case .stall(let side, _, _, false): "the network to \(side.rawValue) stalls"
        case .stall(let side, _, _, true): "the network to \(side.rawValue) breaks"
        case .race(let other): "a race with \(other.rawValue)"
        case .signal(let signal, _): "signal: \(signal.rawValue)"
        case .suspend: "stopped from its terminal"
        case .clock(let days): "the clock is wrong by \(days) d"
        }
    }
}

extension ServerFault {
    fileprivate var kind: String {
        switch self {
        case .stepDown(let side): "the \(side.rawValue) primary steps down"
        case .kill(let side): "the \(side.rawValue) primary is killed"
        case .crash(let side): "all \(side.rawValue) servers are killed"
        case .freeze(let side, _): "the \(side.rawValue) primary is frozen"
        case .loseMajority(let side, _): "\(side.rawValue) loses its majority"
        case .rollBack(let side): "\(side.rawValue) rolls back"
        }
    }

    /// Each that the servers of a side can meet, with random times.
    static func all(_ side: Side, _ layout: Layout, using generator: inout some RandomNumberGenerator) -> [ServerFault]
    {
        let freeze = ServerFault.freeze(side, milliseconds: .random(in: 500...6000, using: &generator))
        switch layout {
        case .oneCluster, .twoClusters:
            let lost = Int.random(in: 500...6000, using: &generator)
            let majority: [ServerFault] = [
                .stepDown(side), .kill(side), .loseMajority(side, milliseconds: lost), .rollBack(side),
            ]
            return majority + [.crash(side), freeze]
        case .unjournaled: return [.crash(side)]
        case .standalone: return [.crash(side), freeze]
        }
    }
}
