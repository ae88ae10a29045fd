import Foundation
import TestSupport
import Testing

@testable import HotColdCLI

@Suite("A text that is quoted", .enabled(if: !ShellBench.installed.isEmpty), .timeLimit(.minutes(30)))
struct ShellQuotingTests {
    /// Texts that mean something to some shell, unless they are quoted.
    static let texts = [
        "plain-word_1", "two words", "it's", #"a "b" c"#, "$HOME ${x} $(touch made)", "`touch made`", #"\ \\ \n \'"#,
        "[a]:b:c [d\\]", "*?~!#;&|<>(){}=%^", "-n", "a\tb", "é–🙂", "'", #"\"#, "=ls", "",
    ]

    @Test("is that text to the shell", arguments: ShellBench.installed)
    func words(shell: Shell) async throws {
        try await ShellBench.with(shell) { bench in
            let words = Self.texts.map { shell == .fish ? $0.fishQuoted : $0.posixQuoted }
            let result = try await bench.run("printf '<%s>\\n' \(words.joined(separator: " "))")
            #expect(result.standardOutput == Self.texts.map { "<\($0)>\n" }.joined(), "\(result)")
            #expect(!FileManager.default.fileExists(atPath: bench.directory.appending(path: "made").path))
        }
    }

    @Test("is shown as it was written where it says what an option does", arguments: Self.describing)
    func help(shell: Shell) async throws {
        try await ShellBench.with(shell) { bench in
            let options = Self.texts.filter { !$0.isEmpty && !$0.contains("\t") }.enumerated().map { number, text in
                OptionSpec("option-\(number)", .text(.json, \.query), in: .selection, help: "\(text).")
            }
            let script =
                shell == .fish
                ? "complete -c hotcold -f\n" + options.map { FishCompletion.line($0, when: []) }.joined(separator: "\n")
                : """
                _hotcold() { _arguments -s -S : \(options.map(ZshCompletion.entry).joined(separator: " ")) }
                compdef _hotcold hotcold
                """
            let functions = "function __hotcold_lacks; true; end\n"
            let offers = try await bench.offers(
                on: ["hotcold --option"],
                script: (shell == .fish ? functions : "") + script
            )
            #expect(offers["hotcold --option"]?.count == options.count)
            let shown = try String(contentsOf: bench.directory.appending(path: "shown"), encoding: .utf8)
            let lines = Set(shown.split(separator: "\n").map { $0.replacing(#/^--option\S* +-- /#, with: "") })
            for option in options { #expect(lines.contains(option.help.dropLast()), "\(option.help)") }
            #expect(!FileManager.default.fileExists(atPath: bench.directory.appending(path: "made").path))
        }
    }

    /// The shells that show what options do.
    static let describing = ShellBench.installed.filter { $0 != .bash }
}
