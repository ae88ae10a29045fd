import Testing

@testable import HotColdCLI

@Suite("The arguments of stats")
struct ArgumentsStatsTests {
    private func parse(_ arguments: String...) throws -> StatsOptions {
        let parsed = try ArgumentParser.parse(["stats"] + arguments)
        guard case .stats(let options) = parsed.invocation else { throw UsageError("parsed as \(parsed.invocation)") }
        return options
    }

    @Test("may be none: the storage of all collections")
    func nothing() throws {
        #expect(try parse() == StatsOptions(collections: [], subject: .storage(StatsOptions.StorageOptions())))
    }

    @Test("take collections in their order, each once")
    func collections() throws {
        let options = try parse("--collection", "b", "--collection=a", "--collection", "b")
        #expect(options.collections == ["b", "a"])
    }

    @Test("take - for standard output, and a file of that name by its path")
    func prometheus() throws {
        func target(_ arguments: String...) throws -> StatsOptions.PrometheusTarget? {
            let parsed = try ArgumentParser.parse(["stats"] + arguments)
            guard case .stats(let options) = parsed.invocation, case .storage(let storage) = options.subject else {
                return nil
            }
            return storage.prometheus
        }
        #expect(try target("--prometheus", "-") == .standardOutput)
        #expect(try target("--prometheus=-") == .standardOutput)
        #expect(try target("--prometheus", "./-") == .file("./-"))
        #expect(try target("--prometheus", "m.prom", "--json") == .file("m.prom"))
    }

    @Test(
        "say what does not go together",
        arguments: [
            (["--days", "7"], "--days needs --history"),
            (["--history", "--notify"], "--history and --notify exclude each other"),
            (["--history", "--prometheus", "f"], "--history and --prometheus exclude each other"),
            (["--notify", "--collection", "a"], "--notify and --collection exclude each other"),
            (["--prometheus", "-", "--json"], "--prometheus - and --json both need standard output"),
            (["--json", "--prometheus=-"], "--prometheus - and --json both need standard output"),
            (["--history", "--days", "0"], "--days takes a whole number from 1 to 36500, not 0"),
            (["--prometheus="], "the value of --prometheus FILE is empty"),
        ]
    )
    func contradictions(arguments: [String], message: String) {
        #expect {
            try ArgumentParser.parse(["stats"] + arguments)
        } throws: {
            ($0 as? UsageError)?.message == message
        }
    }
}
