import Testing

@testable import HotColdCLI

@Suite("The command line of diff")
struct ArgumentsDiffTests {
    private static func parse(_ line: String) throws -> Invocation {
        try ArgumentParser.parse(line.split(separator: " ").map(String.init)).invocation
    }

    @Test("names a collection and documents")
    func options() throws {
        #expect(
            try Self.parse("diff --collection a --id 1 --id x") == .diff(DiffOptions(collection: "a", ids: ["1", "x"]))
        )
    }

    @Test(
        "is refused where something is missing or too much",
        arguments: ["diff", "diff --collection a", "diff --id 1", "diff --collection a --id 1 --fix"]
    )
    func refusals(line: String) {
        #expect(throws: UsageError.self) { try Self.parse(line) }
    }
}
