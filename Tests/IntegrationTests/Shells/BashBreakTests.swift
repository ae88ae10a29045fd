import TestSupport
import Testing

@testable import HotColdCLI

@Suite("Bash, which takes words apart", .enabled(if: ShellBench.installed.contains(.bash)), .timeLimit(.minutes(30)))
struct BashBreakTests {
    /// Calls the function with words, and the line up to a cursor `|`, and prints what it offers.
    private func offers(_ words: [String], _ line: String, breaks: String = "=:") async throws -> [String] {
        let before = String(line.prefix { $0 != "|" })
        let after = String(line.drop { $0 != "|" }.dropFirst())
        var answer: [String] = []
        try await ShellBench.with(.bash) { bench in
            try bench.write(#"{"collections": {"a:b": {}, "a:c=d": {}, "ab": {}}}"#, to: "policies.json")
            try bench.write(Shell.bash.completionScript, to: "completions")
            let result = try await bench.run(
                """
                set -eu
                source ./completions
                COMP_WORDBREAKS=\((" \t" + breaks).posixQuoted)
                COMP_LINE=\((before + after).posixQuoted)
                COMP_POINT=\(before.count)
                COMP_WORDS=(\(words.map(\.posixQuoted).joined(separator: " ")))
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                _hotcold hotcold
                printf '%s\\n' "${COMPREPLY[@]}"
                """
            )
            #expect(result.exitCode == 0 && result.standardError.isEmpty, "\(result)")
            answer = result.standardOutput.split(separator: "\n").map(String.init)
        }
        return answer
    }

    @Test("gets only what follows the break")
    func breaks() async throws {
        let line = "hotcold migrate --collection=a:|"
        #expect(try await offers(["hotcold", "migrate", "--collection", "=", "a", ":"], line) == ["b", "c=d"])
        #expect(try await offers(["hotcold", "migrate", "--collection", "=", "a", ":", ""], line) == ["b", "c=d"])
        let words = ["hotcold", "migrate", "--collection", "=", "a:"]
        #expect(try await offers(words, line, breaks: "=") == ["a:b", "a:c=d"])
        let whole = ["--collection=a:b", "--collection=a:c=d"]
        #expect(try await offers(["hotcold", "migrate", "--collection=a:"], line, breaks: "") == whole)
    }

    @Test("gets what goes on where the cursor is, whatever follows it")
    func cursor() async throws {
        #expect(try await offers(["hotcold", "migrate", "--lix"], "hotcold migrate --li|x --all") == ["--limit"])
        #expect(try await offers(["hotcold", "mig"], "  hotcold   mi|g --all") == ["migrate"])
        #expect(try await offers(["hotcold", "migrate", ""], "hotcold migrate | --all").contains("--all"))
    }

    @Test("gets words that were typed with quotes of its own")
    func quotes() async throws {
        let open = ["hotcold", "migrate", "--collection", "\"a"]
        #expect(try await offers(open, "hotcold migrate --collection \"a|") == ["a:b", "a:c=d", "ab"])
        #expect(try await offers(["hotcold", "help", "'mi"], "hotcold help 'mi|") == ["migrate"])
        #expect(try await offers(["hotcold", "help", #"mi\g"#], #"hotcold help mi\g|"#) == [])
        #expect(try await offers(["hotcold", "--config", "'a b'", "mi"], "hotcold --config 'a b' mi|") == ["migrate"])
    }
}
