import Testing

@testable import HotColdCLI

@Suite("The arguments of analyze")
struct ArgumentsAnalyzeTests {
    private func parse(_ line: String) throws(UsageError) -> Invocation {
        try ArgumentParser.parse(line.split(separator: " ").map(String.init)).invocation
    }

    @Test("may be none, and name a collection once though it stands twice")
    func collections() throws {
        #expect(try parse("analyze") == .analyze(AnalyzeOptions()))
        let line = "analyze --collection a --collection b --collection a"
        #expect(try parse(line) == .analyze(AnalyzeOptions(collections: ["a", "b"])))
    }

    @Test(
        "list days with commas, each once",
        arguments: [
            ("30", [30]), ("30,60,180", [30, 60, 180]), ("0,0,10000000", [0, 10_000_000]), ("9,1,9", [9, 1]),
        ]
    )
    func days(text: String, days: [Int]) throws {
        let expected = AnalyzeOptions(question: .survey(whatIfDays: days, sample: nil))
        #expect(try parse("analyze --what-if \(text)") == .analyze(expected))
    }

    @Test("refuse what is no list of days", arguments: ["30,", ",30", "30;60", "1.5", "-1", "30d", "10000001", "x"])
    func malformedDays(text: String) {
        let error = #expect(throws: UsageError.self) { try parse("analyze --what-if \(text)") }
        #expect(error?.message.hasPrefix("--what-if takes numbers of days from 0 to 10000000") == true)
        #expect(error?.hint == "such as 30,60,180")
    }

    @Test("refuse more questions than are good for a server")
    func tooManyDays() {
        let days = (1...21).map(String.init).joined(separator: ",")
        #expect(throws: UsageError.self) { try parse("analyze --what-if \(days)") }
    }

    @Test("ask about a document or about collections", arguments: ["--what-if 3", "--sample 5"])
    func exclusion(other: String) {
        let error = #expect(throws: UsageError.self) { try parse("analyze --explain x \(other)") }
        #expect(error?.message.contains("exclude each other") == true)
    }
}
