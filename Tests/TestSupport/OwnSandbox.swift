import Foundation
import HotColdCore
public import Mongo

/// Servers of a test's own, which it may kill, freeze and configure: a sandbox of `scripts/sandbox`.
///
/// ```swift
/// try await OwnSandbox.using(["--mongod", "--journalCommitInterval", "--mongod", "500"]) { sandbox in
///     try sandbox.send(signal: SIGKILL)
///     try await sandbox.start()
/// }
/// ```
public struct OwnSandbox: Sendable {
    /// What `scripts/sandbox` calls it.
    public let name: String
    /// The connection string of its first cluster.
    public let uri: String

    private let options: [String]

    /// Starts a sandbox for a body, and removes it.
    ///
    /// - Parameter options: of `scripts/sandbox start`.
    /// - Throws: `Failure` where it does not start, or what the body throws.
    public static func using(_ options: [String] = [], _ body: (OwnSandbox) async throws -> Void) async throws {
        let name = TestServer.uniqueName("own")
        let uri: String
        do {
            uri = try await start(name, options)
        } catch {
            _ = try? await script(["stop", "--name", name])  // What it left behind.
            throw error
        }
        let sandbox = OwnSandbox(name: name, uri: uri, options: options)
        if options.contains("--nojournal") { try TestServer.shareUnjournaledPool(at: uri) }
        do {
            try await body(sandbox)
        } catch {
            try? await sandbox.stop()  // What the body threw is what matters.
            throw error
        }
        try await sandbox.stop()
    }

    /// A sandbox can't be started or stopped.
    public struct Failure: Error, CustomStringConvertible {
        /// What `scripts/sandbox` says.
        public let description: String
    }

    /// Starts servers that were killed or frozen, with their data; returns when they serve.
    public func start() async throws {
        try send(signal: SIGCONT)
        _ = try await Self.start(name, options)
    }

    private static func start(_ name: String, _ options: [String]) async throws -> String {
        try await script(["start", "--name", name, "--cache-gb", "0.25"] + options)
    }

    /// Sends every server a signal; one that is gone gets none.
    public func send(signal: Int32) throws {
        let members = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
        for member in members where member.lastPathComponent.hasPrefix("c") {
            let file = member.appendingPathComponent("pid")
            guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }  // None: it was stopped.
            if let process = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)) {
                _ = Foundation.kill(process, signal)
            }
        }
    }

    /// Stops a member of its first cluster where it is: connections stay, and nothing is answered.
    public func freeze(member: Int = 1) throws { try send(signal: SIGSTOP, to: member) }

    /// Lets a member go on.
    public func thaw(member: Int = 1) throws { try send(signal: SIGCONT, to: member) }

    /// Kills a member for good.
    public func kill(member: Int) throws { try send(signal: SIGKILL, to: member) }

    /// The port of a member of its first cluster.
    public func port(of member: Int) throws -> Int { try number("port", of: member) }

    private func send(signal: Int32, to member: Int) throws {
        _ = Foundation.kill(pid_t(try number("pid", of: member)), signal)
    }

    private func number(_ name: String, of member: Int) throws -> Int {
        let file = directory.appendingPathComponent("c1m\(member)/\(name)")
        let text = try String(contentsOf: file, encoding: .utf8)
        guard let number = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Failure(description: "no number in \(file.path)")
        }
        return number
    }

    /// Runs a command on the `admin` database of its primary.
    @discardableResult
    public func run(_ command: BSONDocument) async throws -> BSONDocument {
        try await TestServer.makePool(at: uri).main.withClient { try $0.run(command, on: "admin") }
    }

    private func stop() async throws {
        try send(signal: SIGCONT)
        _ = try await Self.script(["stop", "--name", name])
    }

    private var directory: URL {
        let folder = ProcessInfo.processInfo.environment["HOTCOLD_SANDBOX_DIR"].map { URL(fileURLWithPath: $0) }
        return (folder ?? Self.repository.appendingPathComponent(".sandbox")).appendingPathComponent(name)
    }

    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Runs `scripts/sandbox`; returns the last line of what it printed.
    ///
    /// Not with Foundation's `Process`: that waits for every process which inherits its socket, the servers among them.
    private static func script(_ arguments: [String]) async throws -> String {
        let path = repository.appendingPathComponent("scripts/sandbox").path
        let child = try ChildProcess([path] + arguments, input: "", environment: ProcessInfo.processInfo.environment)
        let outcome = await child.wait(atMost: .seconds(180), stop: StopRequest())
        let output = child.output()
        guard outcome == .ended(.exited(0)) else {
            throw Failure(description: "scripts/sandbox \(arguments.joined(separator: " ")): \(outcome) \(output)")
        }
        return output.split(separator: "\n").last.map(String.init) ?? ""
    }
}
