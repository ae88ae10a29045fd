import Foundation
import HotColdCore
import Mongo
import TestSupport
import Testing

/// Reports list the first twenty problems; `--problems FILE` has all.
@Suite(.enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct ProblemsFileTests {
    private static let conflicts = 2_345

    /// The objects of a file, one a line.
    private static func lines(_ file: URL) throws -> [BSONDocument] {
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text.isEmpty || text.hasSuffix("\n"))
        return try text.split(separator: "\n").map { try ExtendedJSONQuery.parseDocument(String($0)) }
    }

    @Test(arguments: Topology.allCases)
    func `every conflict of a run is named, in the place of what the file had before`(topology: Topology) async throws {
        try await MoveFixture.using(on: topology) { fixture in
            let documents = try await fixture.insert(Self.conflicts)
            let others = documents.map { MoveFixture.document($0["_id"] ?? .null, version: "other") }
            try await fixture.cold.insert(others, into: "items_archive")
            let file = fixture.directory.appendingPathComponent("problems.jsonl")
            try Data("of another run\n".utf8).write(to: file)
            let run = try await fixture.run("migrate", "--all", "--problems", "problems.jsonl")
            run.expect(1, "partial", ["conflicts": Self.conflicts, "problem_count": Self.conflicts])
            #expect(run.problems.count == 20)
            #expect(run.first["problems_file"]?.string == "problems.jsonl")
            #expect(run.first["upper_bounds"]?.array?.isEmpty == true)
            let lines = try Self.lines(file)
            #expect(Set(lines.compactMap { $0["id"] }) == Set(documents.compactMap { $0["_id"] }))
            #expect(lines.count == Self.conflicts)
            #expect(
                lines.allSatisfy {
                    $0["run_id"]?.string == run.id && $0["collection"]?.string == "items"
                        && $0["kind"]?.string == "conflict" && $0["reason"]?.string?.isEmpty == false
                }
            )
            // A run without problems leaves none in it.
            try await fixture.run("migrate", "--all", "--on-conflict", "replace", "--problems", "problems.jsonl")
                .expect(0, "completed", ["migrated": Self.conflicts])
            #expect(try Self.lines(file).isEmpty)
        }
    }

    @Test func `a new file is its owner's alone, and the text says where the others are`() async throws {
        try await MoveFixture.using { fixture in
            let documents = try await fixture.insert(30)
            let others = documents.map { MoveFixture.document($0["_id"] ?? .null, version: "other") }
            try await fixture.cold.insert(others, into: "items_archive")
            let plain = try await HotcoldProcess.run(["migrate", "--all"], in: fixture.directory)
            #expect(plain.standardOutput.contains("10 more of these; --problems FILE names all"), "\(plain)")
            let file = fixture.directory.appendingPathComponent("new")
            let told = try await HotcoldProcess.run(
                ["migrate", "--all", "--problems", file.path],
                in: fixture.directory
            )
            #expect(told.standardOutput.contains("10 more of these; all are in \(file.path)"), "\(told)")
            let quiet = try await HotcoldProcess.run(["migrate", "--all", "--quiet"], in: fixture.directory)
            #expect(quiet.standardError.contains("the first 20") && quiet.standardError.contains("--problems FILE"))
            let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(try Self.lines(file).count == 30)
        }
    }

    @Test func `ids that were asked for in vain are named, also in a dry run`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.cold.insert(MoveFixture.documents(5), into: "items_archive")
            let ids = (0..<40).flatMap { ["--id", "\($0)"] }
            let file = fixture.directory.appendingPathComponent("problems")
            for option in [["--dry-run"], []] {
                let run = try await fixture.run(
                    ["restore", "--collection", "items", "--problems", "problems"] + ids + option
                )
                run.expect(1, "partial", ["problem_count": 35])
                let lines = try Self.lines(file)
                #expect(lines.count == 35 && lines.allSatisfy { $0["kind"]?.string == "not_found" })
            }
        }
    }

    @Test(arguments: ["missing/problems", "directory", "pipe", "link", "/dev/null"])
    func `what is no file to write to is refused before anything is moved`(path: String) async throws {
        try await MoveFixture.using { fixture in
            let documents = try await fixture.insert(3)
            let directory = fixture.directory
            try FileManager.default.createDirectory(
                at: directory.appendingPathComponent("directory"),
                withIntermediateDirectories: false
            )
            mkfifo(directory.appendingPathComponent("pipe").path, 0o600)
            try Data("kept".utf8).write(to: directory.appendingPathComponent("kept"))
            symlink("kept", directory.appendingPathComponent("link").path)
            let result = try await HotcoldProcess.run(["migrate", "--all", "--problems", path], in: directory)
            #expect(result.exitCode == 64, "\(result)")
            #expect(result.standardError.contains("--problems") && result.standardError.contains(path), "\(result)")
            #expect(try String(contentsOf: directory.appendingPathComponent("kept"), encoding: .utf8) == "kept")
            try await fixture.expect(hot: documents, cold: [])
        }
    }

    /// The thread sanitizer writes a file of its own when a program starts, and crashes where it can't.
    @Test(.disabled(if: HotcoldProcess.hasThreadSanitizer))
    func `a file that has no room for all problems is told of, and nothing else changes`() async throws {
        try await MoveFixture.using { fixture in
            let documents = try await fixture.insert(300)
            try await fixture.cold.insert(documents.map(MoveFixture.changed), into: "items_archive")
            // A file of one block: a write beyond it would end the process, were its signal not ignored.
            let script = #"ulimit -f 1; exec "$0" migrate --all --problems problems"#
            let shell = Process()
            shell.executableURL = URL(fileURLWithPath: "/bin/sh")
            shell.arguments = ["-c", script, HotcoldProcess.binary.path]
            shell.currentDirectoryURL = fixture.directory
            let error = Pipe()
            (shell.standardOutput, shell.standardError) = (FileHandle.nullDevice, error)
            try shell.run()
            let told = String(decoding: try error.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            shell.waitUntilExit()
            #expect(shell.terminationStatus == 1, "\(told)")
            #expect(told.contains("problems has not all problems"), "\(told)")
            try await fixture.expect(hot: documents)
        }
    }

    @Test func `verify names all differences, and all documents that a run moved and that are gone`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(100)
            let run = try await fixture.run("migrate", "--all")
            for id in 0..<30 { try await fixture.delete(.int(id), in: "items_archive") }
            let file = fixture.directory.appendingPathComponent("problems")
            func verify(_ arguments: String...) async throws -> [BSONDocument] {
                let verify = ["verify", "--problems", "problems"] + arguments
                let result = try await HotcoldProcess.run(verify, in: fixture.directory)
                #expect(result.exitCode == 1, "\(result)")
                return try Self.lines(file)
            }
            let gone = try await verify("--run", run.id)
            #expect(gone.count == 30 && gone.allSatisfy { $0["kind"]?.string == "deleted" })
            #expect(gone.allSatisfy { $0["run_id"]?.string == run.id && $0["collection"]?.string == "items" })
            let others = (50..<90).map { MoveFixture.document(.int($0), version: "other") }
            try await fixture.hot.insert(others, into: "items")
            let different = try await verify()
            #expect(Set(different.compactMap { $0["id"] }) == Set(others.compactMap { $0["_id"] }))
            #expect(different.allSatisfy { $0["kind"]?.string == "different" && $0["run_id"] == .null })
        }
    }

    @Test func `more than twenty moves of a document are said to be more`() async throws {
        try await MoveFixture.using { fixture in
            try await fixture.insert(1)
            try await fixture.run("migrate", "--all").expect(0, "completed")
            let record = try #require(try await fixture.journal().first)
            let copies = try (0..<20).map { number in
                BSONDocument(
                    try record.elements().map { ($0.name, $0.name == "_id" ? .string("copy \(number)") : $0.value) }
                )
            }
            func explain(_ arguments: String...) async throws -> String {
                let explain = ["analyze", "--collection", "items", "--explain", "0"] + arguments
                return try await HotcoldProcess.run(explain, in: fixture.directory).standardOutput
            }
            #expect(!(try await explain().contains("and before that")))
            try await fixture.state.insert(copies, into: "batches")
            #expect(try await explain().contains("and before that"))
            #expect(try await explain("--json").contains(#""has_earlier_moves": true"#))
        }
    }
}
