import Testing

@testable import HotColdCLI

@Suite("The completion script")
struct CompletionScriptTests {
    @Test("has every command and every option of the table, and what can be chosen", arguments: Shell.allCases)
    func completeness(shell: Shell) {
        let script = shell.completionScript
        for command in CommandTable.commands {
            #expect(script.contains(command.name.rawValue))
            for choice in command.operand?.choices ?? [] { #expect(script.contains(choice)) }
            for option in command.options + CommandTable.globalOptions {
                #expect(script.contains(shell == .fish ? "-l \(option.name) " : option.typedName), "\(option.name)")
                for choice in option.value.choices { #expect(script.contains(choice)) }
            }
        }
    }

    @Test("describes commands and options where the shell shows descriptions", arguments: [Shell.zsh, .fish])
    func descriptions(shell: Shell) {
        func quoted(_ text: String) -> String {
            let word = shell == .fish ? text.fishQuoted : text.zshEscaped.posixQuoted
            return String(word.dropFirst().dropLast())
        }
        for command in CommandTable.commands {
            #expect(shell.completionScript.contains(quoted(command.summary.gist)))
            for option in command.options + CommandTable.globalOptions {
                #expect(shell.completionScript.contains(quoted(option.help.gist)), "\(option.name)")
            }
        }
    }

    @Test("is text with line ends and without blanks before them", arguments: Shell.allCases)
    func lines(shell: Shell) {
        for line in shell.completionScript.split(separator: "\n", omittingEmptySubsequences: false) {
            #expect(line.last != " ", "\(line)")
        }
        #expect(shell.completionScript.hasSuffix("\n"))
    }

    @Test(
        "knows of each kind of value what it offers",
        arguments: [
            ("config", .files), ("hot-uri", .nothing), ("collection", .collections), ("limit", .nothing),
            ("as-of", .nothing), ("max-duration", .nothing), ("query", .nothing), ("id", .nothing), ("all", nil),
            ("on-conflict", .words(["skip", "replace", "keep-target"])),
        ] as [(String, ValueCompletion?)]
    )
    func kinds(name: String, completion: ValueCompletion?) throws {
        let options = CommandTable.globalOptions + CommandTable.migrate.options + CommandTable.restore.options
        #expect(try #require(options.first { $0.name == name }).value.completion == completion)
    }

    @Test(
        "shows the first sentence of a help",
        arguments: [
            ("One. Two.", "One"), ("Only one.", "Only one"),
            ("Read ./a.json, 1.5 of it. Or not.", "Read ./a.json, 1.5 of it"),
            ("", ""), ("No stop", "No stop"),
        ]
    )
    func gist(help: String, gist: String) {
        #expect(help.gist == gist)
        #expect(help.sentences.joined(separator: " ") == help)
    }
}
