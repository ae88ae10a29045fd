import Testing

@testable import HotColdCLI

@Suite("Completions and manual")
struct ArgumentsCompletionsTests {
    private func invocation(_ line: String) throws -> Invocation {
        try ArgumentParser.parse(line.split(separator: " ").map(String.init)).invocation
    }

    @Test("are asked for by the name of the shell", arguments: Shell.allCases)
    func shells(shell: Shell) throws {
        #expect(try invocation("completions \(shell.rawValue)") == .completions(.script(shell)))
        #expect(try invocation("completions \(shell.rawValue) --help") == .help(topic: .completions))
        #expect(Shell.list.contains(shell.rawValue))
        #expect(try #require(CommandTable.completions.operand).choices.contains(shell.rawValue))
    }

    @Test("are asked for collections by the scripts alone")
    func collections() throws {
        #expect(try invocation("completions collections") == .completions(.collections))
        #expect(!HelpText.render(topic: .completions).contains(" collections\n"))
        #expect(CommandTable.completions.operand?.choices.contains("collections") == false)
    }

    @Test("are asked for without a word about the manual")
    func manual() throws {
        #expect(try invocation("manual") == .manual)
        #expect(try invocation("manual -q") == .manual)
    }
}
