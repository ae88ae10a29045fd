import Foundation
import HotColdCore
import Mongo

/// A mongod of one test's own, which may be killed and started again; the program is that of the tests' server.
///
/// ```swift
/// try await PrivateServer.using(.standalone) { server in
///     try await server.killAndRestart()
/// }
/// ```
public final class PrivateServer {
    /// What it is started as.
    public enum Role: Sendable {
        /// No replica set.
        case standalone
        /// A replica set of one member, to become a shard.
        case shard
        /// A replica set of one member that keeps a sharded cluster's configuration.
        case configuration

        fileprivate var arguments: [String] {
            switch self {
            case .standalone: []
            case .shard: ["--replSet", "rs0", "--shardsvr"]
            case .configuration: ["--replSet", "rs0", "--configsvr"]
            }
        }
    }

    /// It did not start.
    public struct NotStarted: Error, CustomStringConvertible {
        /// The end of its log.
        public let description: String
    }

    /// Its URI, the same after a restart.
    public let uri: String

    private let role: Role
    private let port: UInt16
    private let program: URL
    private let directory: URL
    private var process: ChildProcess?
    private var isInitiated = false

    private init(_ role: Role, program: URL, port: UInt16) throws {
        self.role = role
        self.program = program
        self.port = port
        directory = FileManager.default.temporaryDirectory.appendingPathComponent(TestServer.uniqueName("server"))
        uri = "mongodb://127.0.0.1:\(port)/?" + (role == .standalone ? "directConnection=true" : "replicaSet=rs0")
        let data = directory.appendingPathComponent("data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    }

    /// Gives a test a server, and takes it away also when the test fails.
    public static func using(_ role: Role, _ body: (PrivateServer) async throws -> Void) async throws {
        let server = try PrivateServer(role, program: try await program(), port: freePort())
        do {
            try await server.start()
            try await server.initiate()
            try await body(server)
        } catch {
            await server.end()
            throw error
        }
        await server.end()
    }

    /// Kills it, as a crash of its process does, and starts it on the same data.
    public func killAndRestart() async throws {
        await kill()
        try await start()
    }

    private func end() async {
        await kill()
        try? FileManager.default.removeItem(at: directory)  // In the temporary directory.
    }

    private func kill() async {
        guard let process else { return }
        Foundation.kill(process.processID, SIGKILL)
        _ = await process.wait(atMost: .seconds(60), stop: StopRequest())
        self.process = nil
    }

    /// Not with Foundation's `Process`: what it starts elsewhere ends for it only when this server has ended, too.
    private func start() async throws {
        let arguments =
            [
                program.path,
                "--bind_ip", "127.0.0.1", "--nounixsocket", "--port", "\(port)", "--wiredTigerCacheSizeGB", "0.25",
                "--dbpath", directory.appendingPathComponent("data").path, "--logpath", log.path,
                "--setParameter", "enableTestCommands=1", "--setParameter", "diagnosticDataCollectionEnabled=false",
            ] + role.arguments
        // A locale that is not installed would end mongod.
        let environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C"]) { $1 }
        process = try ChildProcess(arguments, input: "", environment: environment)
        try await waitUntilAnswering(#""ok": 1.0"#)
        if isInitiated { try await waitUntilAnswering(Self.writable) }
    }

    private static let writable = #""isWritablePrimary": true"#

    /// Makes it the primary of its replica set.
    private func initiate() async throws {
        defer { isInitiated = true }
        guard role != .standalone else { return }
        let member = #"{"_id": 0, "host": "127.0.0.1:\#(port)"}"#
        let more = role == .configuration ? #", "configsvr": true"# : ""
        let reply = try await ask(#"{"replSetInitiate": {"_id": "rs0", "members": [\#(member)]\#(more)}}"#)
        guard reply.contains(#""ok": 1.0"#) else { throw NotStarted(description: reply) }
        try await waitUntilAnswering(Self.writable)
    }

    private func waitUntilAnswering(_ part: String) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while true {
            let reply = try await ask(#"{"hello": 1}"#)
            if reply.contains(part) { return }
            guard .now < deadline else {
                let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
                throw NotStarted(description: "\(reply)\n\(text.suffix(2000))")
            }
        }
    }

    /// Runs a command on `admin`; what came of it.
    ///
    /// Not by the driver: a member of a replica set that was not initiated has no sessions.
    private func ask(_ command: String) async throws -> String {
        let asking = Process()
        asking.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        asking.arguments = ["python3", "-IS", Self.commandScript, "127.0.0.1:\(port)", "admin", command]
        let output = Pipe()
        (asking.standardInput, asking.standardOutput, asking.standardError) = (FileHandle.nullDevice, output, output)
        try asking.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        asking.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }

    private static let commandScript = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("scripts/mongo_command.py").path

    private var log: URL { directory.appendingPathComponent("log") }

    /// The program that the tests' server runs, which is on this machine.
    private static func program() async throws -> URL {
        let status = try await TestServer.pool().main.withClient { try $0.run(["serverStatus": 1], on: "admin") }
        let link = "/proc/\(status["pid"]?.integer ?? 0)/exe"
        return URL(fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: link))
    }

    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard isBound else { throw NotStarted(description: "no free port") }
        return UInt16(bigEndian: address.sin_port)
    }
}
