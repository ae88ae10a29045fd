import HotColdCore
import Testing

@testable import HotColdCLI

@Suite("The manual")
struct ManualTests {
    private let text = ManualText.render()

    @Test("has every command with all that is said of it", arguments: CommandName.allCases)
    func commands(name: CommandName) {
        let command = CommandTable.command(name)
        #expect(text.contains(".SS hotcold \(name.rawValue)\n"))
        let options = command.options + CommandTable.globalOptions
        for paragraph in [command.summary] + command.description + options.map(\.help) {
            for sentence in paragraph.sentences { #expect(text.contains(RoffText(sentence).line)) }
        }
        for option in options { #expect(text.contains(RoffText.bold(option.typedName).source)) }
        for line in command.usageLines { #expect(text.contains(RoffText(line).line)) }
        for example in command.examples { #expect(text.contains(RoffText(example.explanation).line)) }
    }

    @Test("has every exit code", arguments: ExitCode.allCases)
    func exitCodes(code: ExitCode) {
        let meaning = RoffText(String(code.meaning.dropFirst())).source
        #expect(text.contains(".TP\n\\fB\(code.rawValue)\\fR\n"))
        #expect(text.contains(meaning))
    }

    @Test("has every variable that hotcold looks at")
    func environment() {
        let names = """
            HOTCOLD_CONFIG HOT_MONGO_URI COLD_MONGO_URI HOT_MONGO_DB COLD_MONGO_DB HOT_THRESHOLD_DAYS COLD_THRESHOLD_DAYS \
            HOT_ACCESS_DAYS MIGRATION_BATCH_SIZE DELETE_AFTER_MIGRATION VERIFY_MIGRATION MONITORING_ENABLED \
            ALERT_THRESHOLD_GB NO_COLOR XDG_CONFIG_HOME
            """
        let described = ManualProse.environment.flatMap { $0.names.split(separator: ", ") }
        #expect(Set(described) == Set(names.split(separator: " ")))
    }

    @Test("has the sections that readers look for, in their order")
    func sections() {
        let sections = text.split(separator: "\n").filter { $0.hasPrefix(".SH ") }.map { $0.dropFirst(4) }
        #expect(
            sections == [
                "NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "GLOBAL OPTIONS", "CONFIGURATION", "ENVIRONMENT",
                "FILES",
                "EXIT STATUS", "EXAMPLES", "SEE ALSO",
            ]
        )
        #expect(text.hasPrefix(".TH HOTCOLD 1 \(Version.day) \"hotcold \(Version.current)\" \"User Commands\"\n"))
        #expect(text.contains("\nhotcold \\- keep"))
    }

    @Test(
        "has text as it was written",
        arguments: [
            ("a-b --c", #"a\-b \-\-c"#), (".TH x", #"\&.TH x"#), ("...", #"\&..."#), ("'so'", #"\(aqso\(aq"#),
            (#"\n \"#, #"\en \e"#), (#"{"a": `~^`}"#, #"{\(dqa\(dq: \(ga\(ti\(ha\(ga}"#),
            ("é–🙂", #"\[u00E9]\[u2013]\[u1F642]"#),
        ]
    )
    func escaping(text: String, source: String) {
        #expect(RoffText(text).line == source + "\n")
    }

    @Test("sets off what is typed and what it stands for")
    func fonts() {
        #expect((.bold("-x") + " " + .italic("N")).line == #"\fB\-x\fR \fIN\fR"# + "\n")
    }
}
