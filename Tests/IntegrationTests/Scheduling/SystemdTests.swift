import Foundation
import Mongo
import TestSupport
import Testing

@Suite(
    "The service that schedule printed",
    .enabled(if: TestServer.isConfigured),
    .enabled(if: SystemdBench.isPossible, "needs systemd, root, and the right to make namespaces"),
    .timeLimit(.minutes(30))
)
struct SystemdTests {
    /// A folder whose name means something to systemd, with a configuration that nobody but root reads.
    private func configuration(_ text: String, _ bench: Bench) throws -> String {
        let name = #"it's a:b 100%s %% [*] \ "$HOME" ${x} žluť"#
        let folder = bench.directory.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "policies %d;.json")
        try Data(text.utf8).write(to: file)
        let uri = try TestServer.uri
        let secrets = folder.appending(path: "hotcold.env")
        try Data("HOT_MONGO_URI='\(uri)'\nCOLD_MONGO_URI='\(uri)'\n".utf8).write(to: secrets)
        for path in [file.path, secrets.path] {
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }
        return file.path
    }

    @Test("migrates within its sandbox, as a user of its own or a given one", arguments: [[], ["--user", "daemon"]])
    func success(arguments: [String]) async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            let file = try configuration(
                #"{"schema_version": 1, "state_database": "\#(bench.state)", "collections": {\#(Bench.users)}}"#,
                bench
            )
            let variables = [
                "HOT_MONGO_URI=mongodb://bob:s3cret@h/", "COLD_MONGO_URI=mongodb://bob:s3cret@h/",
                "HOT_MONGO_DB=\(bench.database.name)", "COLD_MONGO_DB=\(bench.database.name)",
                "DELETE_AFTER_MIGRATION=no",
            ]
            let outcome = try await SystemdBench(directory: bench.directory)
                .start(file, arguments + ["--at", "04:05"], variables: variables)
            #expect(outcome.state["Result"] == "success" && outcome.state["SubState"] == "dead", "\(outcome)")
            #expect(outcome.state["NextElapseUSecRealtime"]?.contains(" 04:0") == true, "\(outcome)")
            #expect(outcome.standardError.isEmpty, "\(outcome)")
            #expect(outcome.standardOutput.contains("users: 3 documents moved, the originals stay"), "\(outcome)")
            #expect(try await bench.database.count("users_archive") == 3)
        }
    }

    @Test("has failed, and says why in a line, where a person is needed")
    func partial() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try await bench.database.insert([["_id": 1, "other": true]], into: "users_archive")
            try bench.configure()
            let outcome = try await SystemdBench(directory: bench.directory).start("policies.json")
            #expect(outcome.state["ExecMainStatus"] == "1" && outcome.state["SubState"] == "failed", "\(outcome)")
            let line = "hotcold: left 1 document behind: 1 conflict \(OutputQuietTests.hint)\n"
            #expect(outcome.standardError == line, "\(outcome)")
        }
    }

    @Test("is started again later where a server is away")
    func unavailable() async throws {
        try await Bench.with { bench in
            try bench.configure(hot: "mongodb://127.0.0.1:1/?replicaSet=rs0&serverSelectionTimeoutMS=50")
            let outcome = try await SystemdBench(directory: bench.directory).start("policies.json")
            #expect(outcome.state["ExecMainStatus"] == "69", "\(outcome)")
            #expect(outcome.state["SubState"] == "auto-restart", "\(outcome)")
        }
    }
}
