import Testing

@testable import HotColdCLI

@Suite("verify")
struct ArgumentsVerifyTests {
    private func parse(_ arguments: String...) throws -> Invocation {
        try ArgumentParser.parse(["verify"] + arguments).invocation
    }

    @Test("compares all collections unless some are named, each once")
    func collections() throws {
        #expect(try parse() == .verify(VerifyOptions()))
        let named = try parse("--collection", "a", "--collection", "b", "--collection", "a")
        #expect(named == .verify(VerifyOptions(collections: ["a", "b"])))
    }

    @Test("proves a run, narrowed to collections where they are named")
    func run() throws {
        #expect(try parse("--run", "r") == .verify(VerifyOptions(task: .proveRun("r"))))
        let narrowed = try parse("--run", "r", "--collection", "a")
        #expect(narrowed == .verify(VerifyOptions(collections: ["a"], task: .proveRun("r"))))
    }

    @Test("proves all runs of some days")
    func journal() throws {
        let named = try parse("--journal", "--days", "8", "--collection", "a")
        #expect(named == .verify(VerifyOptions(collections: ["a"], task: .proveJournal(days: 8))))
    }

    @Test(
        "does one of these at a time",
        arguments: [["--run", "r", "--fix"], ["--journal", "--fix"], ["--run", "r", "--journal"], ["--days", "8"]]
    )
    func contradictions(arguments: [String]) {
        #expect(throws: UsageError.self) { try ArgumentParser.parse(["verify"] + arguments) }
    }
}
