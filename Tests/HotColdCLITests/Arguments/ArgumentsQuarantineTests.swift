import HotColdCore
import Testing

@testable import HotColdCLI

@Suite("The command line of quarantine")
struct ArgumentsQuarantineTests {
    private static func parse(_ line: String) throws -> Invocation {
        try ArgumentParser.parse(line.split(separator: " ").map(String.init)).invocation
    }

    @Test("names an action and what it is about")
    func actions() throws {
        #expect(try Self.parse("quarantine list") == .quarantine(QuarantineOptions(act: .list)))
        #expect(
            try Self.parse("quarantine return --collection a --collection a --id 1 --id x -n")
                == .quarantine(QuarantineOptions(act: .putBack, collections: ["a"], ids: ["1", "x"], dryRun: true))
        )
        #expect(
            try Self.parse("quarantine discard --run r --id 1")
                == .quarantine(QuarantineOptions(act: .discard, ids: ["1"], run: "r"))
        )
        #expect(try Self.parse("quarantine discard --all") == .quarantine(QuarantineOptions(act: .discard)))
    }

    @Test(
        "touches nothing that was not asked for",
        arguments: [
            "quarantine", "quarantine retrun --all", "quarantine return", "quarantine discard --collection a",
            "quarantine discard --all --id 1", "quarantine list --all", "quarantine list discard",
        ]
    )
    func refusals(line: String) {
        #expect(throws: UsageError.self) { try Self.parse(line) }
    }
}
