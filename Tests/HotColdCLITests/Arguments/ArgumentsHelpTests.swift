import Testing

@testable import HotColdCLI

@Suite("Help")
struct ArgumentsHelpTests {
    static let topics: [CommandName?] = [nil] + CommandName.allCases

    @Test("reads as in the golden file", arguments: topics)
    func golden(topic: CommandName?) throws {
        try expectGolden(HelpText.render(topic: topic), "help-\(topic?.rawValue ?? "overview").txt")
    }

    @Test("reads as in the golden file on a narrow terminal")
    func narrowGolden() throws {
        try expectGolden(HelpText.render(topic: .restore, width: 50), "help-restore-narrow.txt")
    }

    @Test("keeps to the width, has no trailing spaces, and ends with one line end", arguments: topics)
    func lines(topic: CommandName?) {
        for width in [76, 80, 100, 200] {
            let text = HelpText.render(topic: topic, width: width)
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                #expect(line.count <= width, "\(line)")
                #expect(line.last != " ", "\(line)")
            }
            #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
        }
    }

    @Test("survives any width", arguments: [Int.min, -1, 0, 1, 39, 59, 60, Int.max])
    func anyWidth(width: Int) {
        for topic in Self.topics {
            #expect(!HelpText.render(topic: topic, width: width).isEmpty)
        }
    }

    @Test("of a command has every option with everything that is said of it", arguments: CommandName.allCases)
    func completeness(name: CommandName) {
        let command = CommandTable.command(name)
        let text = HelpText.render(topic: name, width: 10_000)
        for option in command.options + CommandTable.globalOptions {
            #expect(text.contains(option.label))
            #expect(text.contains(option.help))
            if let short = option.short { #expect(text.contains("-\(short), \(option.typedName)")) }
        }
        for code in command.exitCodes { #expect(text.contains("\(code.rawValue)  ") && text.contains(code.meaning)) }
    }

    @Test("of everything lists every command and every exit code")
    func overview() {
        let text = HelpText.render(topic: nil, width: 10_000)
        for command in CommandTable.commands { #expect(text.contains(command.summary)) }
        for code in ExitCode.allCases { #expect(text.contains(code.meaning)) }
    }
}
