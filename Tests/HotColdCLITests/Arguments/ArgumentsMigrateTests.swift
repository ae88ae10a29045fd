import HotColdCore
import Testing

@testable import HotColdCLI

@Suite("The arguments of migrate")
struct ArgumentsMigrateTests {
    private func parse(_ arguments: String...) throws -> MigrateOptions {
        let parsed = try ArgumentParser.parse(["migrate"] + arguments)
        guard case .migrate(let options) = parsed.invocation else {
            throw UsageError("parsed as \(parsed.invocation)")
        }
        return options
    }

    @Test("need no more than what to migrate")
    func defaults() throws {
        let options = try parse("--all")
        #expect(options == MigrateOptions(selection: .all))
        #expect(options.engine == EngineOptions())
        #expect(options.engine.onConflict == .skip)
        #expect(options.engine.retryFor == .seconds(120))
        #expect(options.engine.batchSize == nil)
        #expect(!options.engine.dryRun)
        #expect(!options.noDelete)
    }

    @Test("name collections in their order, each once")
    func collections() throws {
        let options = try parse("--collection", "users", "--collection=orders", "--collection", "users")
        #expect(options.selection == .named(["users", "orders"]))
    }

    @Test("take every option together")
    func everything() throws {
        let line = """
            migrate --collection users --dry-run --limit 10 --batch-size=500 --workers 4 --no-delete --no-verify \
            --on-conflict keep-target --max-duration 1h30m --max-rate=250 --retry-for 0s --as-of 2026-11-22 --allow-ttl
            """
        let parsed = try ArgumentParser.parse(line.split(separator: " ").map(String.init))
        let engine = EngineOptions(
            dryRun: true,
            limit: 10,
            batchSize: 500,
            workers: 4,
            noVerify: true,
            onConflict: .keepTarget,
            allowTTL: true,
            maxDuration: .seconds(5400),
            maxRate: 250,
            retryFor: .zero
        )
        let expected = MigrateOptions(
            selection: .named(["users"]),
            engine: engine,
            noDelete: true,
            asOfMilliseconds: 1_795_305_600_000
        )
        #expect(parsed.invocation == .migrate(expected))
    }

    @Test("say both ways to choose when neither was taken")
    func nothingChosen() {
        #expect {
            try parse("--dry-run")
        } throws: { error in
            let error = error as? UsageError
            return error?.message == "migrate needs --collection NAME or --all" && error?.hint != nil
        }
    }

    @Test("cannot name collections and take them all")
    func bothChosen() {
        #expect {
            try parse("--all", "--collection", "users")
        } throws: {
            ($0 as? UsageError)?.message == "--collection and --all exclude each other"
        }
    }

    @Test("have --as-of in a dry run only")
    func asOf() throws {
        #expect(try parse("--all", "-n", "--as-of", "1970-01-02").asOfMilliseconds == 86_400_000)
        #expect {
            try parse("--all", "--as-of", "2026-11-22")
        } throws: {
            ($0 as? UsageError)?.message == "--as-of needs --dry-run"
        }
    }
}
