import HotColdCore
import Testing

@testable import HotColdCLI

@Suite("The arguments of restore")
struct ArgumentsRestoreTests {
    private func parse(_ arguments: String...) throws -> RestoreOptions {
        let parsed = try ArgumentParser.parse(["restore"] + arguments)
        guard case .restore(let options) = parsed.invocation else {
            throw UsageError("parsed as \(parsed.invocation)")
        }
        return options
    }

    @Test("take a query as it is")
    func query() throws {
        let query = #"{ "last_accessed": {"$gte": "2024-11-01"}, "a=b": -1 }"#
        let options = try parse("--collection", "users", "--query", query)
        #expect(options == RestoreOptions(collection: "users", selection: .query(query)))
        #expect(try parse("--collection=users", "--query=\(query)") == options)
    }

    @Test("take ids as they are, in their order")
    func ids() throws {
        let options = try parse("--id", "65f1", "--collection", "users", "--id=-x", "--id", "-7", "--id", "65f1")
        #expect(options.selection == .ids(["65f1", "-x", "-7", "65f1"]))
    }

    @Test("take every option together")
    func everything() throws {
        let line = """
            restore --collection users --id 1 -n --limit 10 --keep-cold --hold-days 0 --on-conflict=replace \
            --batch-size 100000 --workers 64 --no-verify --max-duration 2h --max-rate 1 --retry-for 15m --allow-ttl
            """
        let parsed = try ArgumentParser.parse(line.split(separator: " ").map(String.init))
        let engine = EngineOptions(
            dryRun: true,
            limit: 10,
            batchSize: 100_000,
            workers: 64,
            noVerify: true,
            onConflict: .replace,
            allowTTL: true,
            maxDuration: .seconds(7200),
            maxRate: 1,
            retryFor: .seconds(900)
        )
        let expected = RestoreOptions(
            collection: "users",
            selection: .ids(["1"]),
            engine: engine,
            keepCold: true,
            holdDays: 0
        )
        #expect(parsed.invocation == .restore(expected))
    }

    @Test("leave the hold to the configuration when nothing is said")
    func defaultHold() throws {
        #expect(try parse("--collection", "users", "--id", "1").holdDays == nil)
    }

    @Test(
        "say what is missing or too much",
        arguments: [
            (["--id", "1"], "restore needs --collection NAME"),
            (["--collection", "a", "--collection", "b", "--id", "1"], "--collection is given twice"),
            (["--collection", "a"], "restore needs --query JSON or --id ID"),
            (["--collection", "a", "--query", "{}", "--id", "1"], "--query and --id exclude each other"),
            (
                ["--collection", "a", "--id", "1", "--confirm", "b"],
                "--confirm b: it is not the --collection of this restore"
            ),
        ]
    )
    func incomplete(arguments: [String], message: String) {
        #expect {
            try ArgumentParser.parse(["restore"] + arguments)
        } throws: {
            ($0 as? UsageError)?.message == message
        }
    }
}
