import Foundation

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

    /// What `scripts/sandbox` says.
    private static func sandbox(_ arguments: [String]) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            let process = Process()
            // Without the descriptor that tells of a program's end, which its server would keep open.
            let closing = #"for fd in {3..63}; do eval "exec $fd>&-"; done; exec "$0" "$@""#
            process.executableURL = URL(fileURLWithPath: "/bin/bash")
            process.arguments = ["-c", closing, repository.appendingPathComponent("scripts/sandbox").path] + arguments
            let output = Pipe()
            process.standardOutput = output
            process.terminationHandler = { process in
                let text = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
                guard process.terminationStatus == 0 else {
                    return continuation.resume(throwing: Failure(description: "scripts/sandbox \(arguments) failed"))
                }
                continuation.resume(returning: text.trimmingCharacters(in: .whitespacesAndNewlines))
            }
            do { try withAllSignals { try process.run() } } catch { continuation.resume(throwing: error) }
        }
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}
