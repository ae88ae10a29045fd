import Foundation
import Mongo
import TestSupport

/// Whose replica set: the hot cluster's, or the cold one's where that is another.
package enum Side: String, CaseIterable, Sendable {
    case hot, cold
}

/// A replica set of a sandbox, whose members can be killed, frozen and made to step down; or a standalone server, its
/// only member.
struct Cluster: Sendable {
    /// The URI with all members.
    let uri: String
    let members: [Member]
    /// Whether there is anything to elect.
    let isReplicaSet: Bool

    /// A member.
    struct Member: Sendable {
        /// What the sandbox keeps of it: its data, process id and port.
        let directory: URL
        let port: Int

        init(_ directory: URL) throws {
            self.directory = directory
            port = try Self.number("port", in: directory)
        }

        /// For it alone, in whatever state it is.
        var uri: String { "mongodb://127.0.0.1:\(port)/?directConnection=true" }

        /// Sends its process a signal; one that is gone gets none.
        func send(signal: Int32) throws { kill(try processID, signal) }

        /// A connection to it, once the driver has noticed that it serves: it looks every ten seconds, and knows of no
        /// sessions of a member that rolls back or starts.
        func connect() async throws -> Connection {
            let deadline = ContinuousClock.now + .seconds(30)
            while true {
                do {
                    let connection = try TestServer.pool(at: uri).makeConnection()
                    _ = try await connection.sessionID()
                    return connection
                } catch let error as MongoError where error.kind == .serverSelection && ContinuousClock.now < deadline {
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
        }

        /// The server's own way to stop replication, for its tests.
        private static let stopsFetching = FailPoint("stopReplProducer")

        /// Lets it fetch nothing more from its primary; returns when it has stopped.
        func stopFetching() async throws {
            let connection = try await connect()
            let count = try await Self.stopsFetching.set(with: connection)
            let stopped: BSONDocument = [
                "waitForFailPoint": "stopReplProducer", "timesEntered": .int(count + 1), "maxTimeMS": 30_000,
            ]
            _ = try await connection.withClient { try $0.run(stopped, on: "admin") }
        }

        /// Lets it fetch again.
        func goOnFetching() async throws {
            _ = try await Self.stopsFetching.off.set(with: connect())
        }

        /// Whether its process is there; one that has ended and that nobody has asked about is not.
        var isRunning: Bool {
            get throws {
                let state = try? String(contentsOfFile: "/proc/\(try processID)/stat", encoding: .utf8)  // Gone.
                return state.map { !$0.contains(") Z ") } ?? false
            }
        }

        private var processID: pid_t { get throws { pid_t(try Self.number("pid", in: directory)) } }

        private static func number(_ name: String, in directory: URL) throws -> Int {
            let text = try String(contentsOf: directory.appendingPathComponent(name), encoding: .utf8)
            return try Int(text.trimmingCharacters(in: .whitespacesAndNewlines)).orThrow("no number in \(directory)")
        }
    }

    /// Runs a command on the primary's `admin` database, which may have to be elected first.
    @discardableResult
    func run(_ command: BSONDocument) async throws -> BSONDocument {
        try await TestServer.pool(at: uri).makeConnection().withClient { try $0.run(command, on: "admin", .read) }
    }

    /// The primary, and the others.
    func roles() async throws -> (primary: Member, secondaries: [Member]) {
        guard isReplicaSet else { return (members[0], []) }
        let address = try await run(["hello": 1])["me"]?.string ?? ""
        let primary = try members.first { address == "127.0.0.1:\($0.port)" }.orThrow("no member is \(address)")
        return (primary, members.filter { $0.port != primary.port })
    }

    /// Waits until there is a primary that has all others behind it.
    func settle() async throws {
        guard isReplicaSet else { return _ = try await run(["ping": 1]) }
        let deadline = ContinuousClock.now + .seconds(90)
        while ContinuousClock.now < deadline {
            // Asked of a member that is just being replaced, it may be refused.
            if let status = try? await run(["replSetGetStatus": 1]), status["myState"]?.integer == 1 {
                let states = (status["members"]?.array ?? []).compactMap { $0.document?["state"]?.integer }
                if states.sorted() == [1] + Array(repeating: 2, count: members.count - 1) { return }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw SuiteError("no primary with all its secondaries at \(uri)")
    }

    /// Waits until a primary answers, after the death of another one: who asks in that moment meets a broken connection.
    func awaitPrimary() async throws {
        let deadline = ContinuousClock.now + .seconds(90)
        while ContinuousClock.now < deadline {
            if let hello = try? await run(["hello": 1]), hello["isWritablePrimary"]?.bool == true { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw SuiteError("no primary at \(uri)")
    }

    /// How often the members have rolled back in their lives what a majority did not have.
    func rollbacks() async throws -> Int {
        guard isReplicaSet else { return 0 }
        var count = 0
        for member in members {
            let reply = try await member.connect().withClient { try $0.run(["replSetGetRBID": 1], on: "admin") }
            count += Int(reply["rbid"]?.integer ?? 0)
        }
        return count
    }

    /// Has a majority say that it has a write before it is on disk, or on disk only, as is usual.
    func acknowledge(unjournaled: Bool) async throws {
        let reply = try await run(["replSetGetConfig": 1])
        try await run(.reconfiguration(of: reply, isMajorityJournaled: !unjournaled))
        try await settle()
    }

    /// Makes the primary step down for five seconds; another one is elected.
    func stepDown() async throws {
        let command: BSONDocument = ["replSetStepDown": 5, "secondaryCatchUpPeriodSecs": 1, "force": true]
        do {
            _ = try await TestServer.pool(at: uri).makeConnection().withClient { try $0.run(command, on: "admin") }
        } catch let error as MongoError where error.isTransient {}  // It may close the connection before it answers.
    }

    /// Sets the servers' `failCommand` on every member.
    ///
    /// - Returns: how often they have met it in their lives.
    @discardableResult
    func set(_ failPoint: FailPoint) async throws -> Int {
        var count = 0
        for member in members {
            count += try await failPoint.set(with: member.connect())
        }
        return count
    }
}

/// The suite itself can't go on, which says nothing about hotcold.
package struct SuiteError: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

extension Optional {
    /// The value.
    ///
    /// - Throws: `SuiteError` where there is none.
    func orThrow(_ message: @autoclosure () -> String) throws -> Wrapped {
        guard let self else { throw SuiteError(message()) }
        return self
    }
}
