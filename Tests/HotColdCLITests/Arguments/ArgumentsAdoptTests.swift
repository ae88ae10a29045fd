import Testing

@testable import HotColdCLI

@Suite("The command line of adopt")
struct ArgumentsAdoptTests {
    private static func parse(_ line: String) throws -> Invocation {
        try ArgumentParser.parse(line.split(separator: " ").map(String.init)).invocation
    }

    @Test("names the collection and the former archive")
    func options() throws {
        #expect(
            try Self.parse("adopt --collection a --from db.a.b -n --confirm a")
                == .adopt(AdoptOptions(collection: "a", former: "db.a.b", isConfirmed: true, dryRun: true))
        )
    }

    @Test(
        "is refused where something is missing or makes no sense",
        arguments: [
            "adopt", "adopt --collection a", "adopt --from db.a", "adopt --collection a --from a",
            "adopt --collection a --from .a", "adopt --collection a --from db.",
            "adopt --collection a --from d.a --confirm b",
        ]
    )
    func refusals(line: String) {
        #expect(throws: UsageError.self) { try Self.parse(line) }
    }
}
