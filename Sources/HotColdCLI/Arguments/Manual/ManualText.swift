internal import HotColdCore

/// The manual page hotcold(1), made from the command table and what help has no room for.
enum ManualText {
    /// The page, in the macros of man(7).
    static func render() -> String {
        var page = ManualPage(title: "hotcold", day: Version.day, source: "hotcold \(Version.current)")
        writeOverview(on: &page)
        page.section("COMMANDS")
        for command in CommandTable.commands { write(command, on: &page) }
        page.section("GLOBAL OPTIONS")
        page.opening("Every command takes these, before its name or after it.")
        write(CommandTable.globalOptions, on: &page)
        writeSurroundings(on: &page)
        page.section("EXIT STATUS")
        for code in ExitCode.allCases {
            page.item(.bold("\(code.rawValue)"), code.meaning.prefix(1).uppercased() + code.meaning.dropFirst() + ".")
        }
        page.section("EXAMPLES")
        page.opening("The lines are as a POSIX shell takes them.")
        for example in CommandTable.commands.flatMap(\.examples) {
            page.paragraph(example.explanation)
            page.verbatim(example.line)
        }
        page.section("SEE ALSO")
        page.line(.bold("mongod") + "(1), " + .bold("crontab") + "(5), " + .bold("jq") + "(1)")
        return page.text
    }

    private static func writeOverview(on page: inout ManualPage) {
        page.section("NAME")
        page.line("hotcold - keep MongoDB's hot collections small")
        page.section("SYNOPSIS")
        page.line(
            .bold("hotcold") + " [" + .italic("global options") + "] " + .italic("COMMAND") + " ["
                + .italic("options") + "]"
        )
        page.section("DESCRIPTION")
        page.opening(ManualProse.description[0])
        for paragraph in ManualProse.description.dropFirst() { page.paragraph(paragraph) }
    }

    private static func write(_ command: CommandSpec, on page: inout ManualPage) {
        page.subsection("hotcold \(command.name.rawValue)")
        page.opening(command.summary)
        page.verbatim(command.usageLines.joined(separator: "\n"))
        for paragraph in command.description { page.paragraph(paragraph) }
        write(command.options, on: &page)
        let codes = command.exitCodes.map { String($0.rawValue) }.joined(separator: ", ")
        page.paragraph("Exit status: \(codes).")
    }

    /// Writes options in the order of their groups, as help does.
    private static func write(_ options: [OptionSpec], on page: inout ManualPage) {
        for option in OptionGroup.allCases.flatMap({ group in options.filter { $0.group == group } }) {
            let short = option.short.map { .bold("-\($0)") + ", " } ?? RoffText("")
            let value = option.value.metavar.map { " " + RoffText.italic($0) } ?? RoffText("")
            page.item(short + .bold(option.typedName) + value, option.help)
        }
    }

    private static func writeSurroundings(on page: inout ManualPage) {
        page.section("CONFIGURATION")
        page.opening(ManualProse.configuration[0])
        for paragraph in ManualProse.configuration.dropFirst() { page.paragraph(paragraph) }
        page.section("ENVIRONMENT")
        for variable in ManualProse.environment { page.item(.bold(variable.names), variable.meaning) }
        page.section("FILES")
        for file in ManualProse.files { page.item(.italic(file.names), file.meaning) }
    }
}
