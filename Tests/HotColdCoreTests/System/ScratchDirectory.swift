import Foundation

@testable import HotColdCore

/// A directory of a test's own.
struct ScratchDirectory {
    let path: String

    /// Gives a test a directory, and takes it away also when the test fails.
    static func with<Success>(_ body: (ScratchDirectory) async throws -> Success) async throws -> Success {
        let path = NSTemporaryDirectory() + "hotcold-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }  // In the temporary directory.
        return try await body(ScratchDirectory(path: path))
    }

    /// The names of what is in it.
    var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }

    /// The text of a file in it.
    func text(of name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }

    /// Writes a shell script, and returns its path.
    ///
    /// Another program writes it: a test's process that starts a third one at that moment would leave that one a
    /// descriptor for a while, and what is open for writing can't be run.
    func script(_ name: String, _ lines: String) async throws -> String {
        let file = "\(path)/\(name)"
        let make = ["/bin/sh", "-c", "cat >\"$0\" && chmod 755 \"$0\"", file]
        let child = try ChildProcess(make, input: "#!/bin/sh\n\(lines)\n", environment: ["PATH": "/usr/bin:/bin"])
        guard await child.wait(atMost: .seconds(60), stop: StopRequest()) == .ended(.exited(0)) else {
            throw DeliveryError("no script: \(child.output())", hint: nil)
        }
        return file
    }
}
