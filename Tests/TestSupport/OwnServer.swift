import Foundation
import HotColdCore

/// A replica set of one member that a test has to itself, to be frozen: whoever else waits for a server must not wait for
/// this one.
public struct OwnServer: Sendable {
    /// Its connection string.
    public let uri: String

    private let name: String
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Gives a test a server, and ends it afterwards.
    ///
    /// - Parameter members: 1 or 3.
    public static func using(members: Int = 1, _ body: (OwnServer) async throws -> Void) async throws {
        let name = TestServer.uniqueName("own")
        let options = ["--name", name, "--members", "\(members)", "--cache-gb", "0.25"]
        let server: OwnServer
        do {
            server = OwnServer(uri: try await sandbox(["start"] + options), name: name)
        } catch {
            _ = try? await sandbox(["stop", "--name", name])  // What it left behind.
            throw error
        }
        do { try await body(server) } catch {
            try await server.stop()
            throw error
        }
        try await server.stop()
    }

    /// Stops a member where it is: connections stay, and nothing is answered.
    public func freeze(member: Int = 1) throws { kill(try processID(of: member), SIGSTOP) }

    /// Lets a member go on.
    public func thaw(member: Int = 1) throws { kill(try processID(of: member), SIGCONT) }

    /// Kills a member for good.
    public func kill(member: Int) throws { _ = Foundation.kill(try processID(of: member), SIGKILL) }

    /// The port of a member.
    public func port(of member: Int) throws -> Int { try number("port", of: member) }

    private func kill(_ processID: pid_t, _ signal: Int32) { _ = Foundation.kill(processID, signal) }

    private func processID(of member: Int) throws -> pid_t { pid_t(try number("pid", of: member)) }

    private func number(_ name: String, of member: Int) throws -> Int {
        let file = Self.repository.appendingPathComponent(".sandbox/\(self.name)/c1m\(member)/\(name)")
        let text = try String(contentsOf: file, encoding: .utf8)
        guard let number = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Failure(description: "no number in \(file.path)")
        }
        return number
    }

    private func stop() async throws {
        for member in 1...3 { try? thaw(member: member) }  // There may be one only.
        _ = try await Self.sandbox(["stop", "--name", name])
    }

    /// Runs `scripts/sandbox`; returns the last line that it printed.
    ///
    /// Not with Foundation's `Process`: that waits for every process which inherits its socket, the servers among them.
    private static func sandbox(_ arguments: [String]) async throws -> String {
        let path = repository.appendingPathComponent("scripts/sandbox").path
        let child = try ChildProcess([path] + arguments, input: "", environment: ProcessInfo.processInfo.environment)
        let outcome = await child.wait(atMost: .seconds(180), stop: StopRequest())
        let output = child.output()
        guard outcome == .ended(.exited(0)) else {
            throw Failure(description: "scripts/sandbox \(arguments.joined(separator: " ")): \(outcome) \(output)")
        }
        return output.split(separator: "\n").last.map(String.init) ?? ""
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}
