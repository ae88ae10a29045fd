/// The help, made from the command table.
///
/// ```swift
/// print(HelpText.render(topic: .migrate, width: 100), terminator: "")
/// ```
enum HelpText {
    /// Makes the help for a command, or the overview.
    ///
    /// - Parameters:
    ///   - topic: The command; nil for the overview.
    ///   - width: How many characters a line may have. What is narrower than 40 is taken as 40.
    /// - Returns: Lines of plain text, each with its end.
    static func render(topic: CommandName?, width: Int = 80) -> String {
        var page = HelpPage(width: max(width, 40))
        if let topic {
            write(CommandTable.command(topic), on: &page)
        } else {
            writeOverview(on: &page)
        }
        return page.text
    }

    private static func writeOverview(on page: inout HelpPage) {
        page.paragraph(
            """
            hotcold moves MongoDB documents that have gone cold to an archive, and back. The policies in its \
            configuration say what is cold.
            """
        )
        page.heading("Usage")
        page.verbatim("hotcold [global options] COMMAND [options]")
        page.verbatim("hotcold help COMMAND")
        page.heading("Commands")
        page.table(CommandTable.commands.map { HelpPage.Row(label: $0.name.rawValue, text: $0.summary) })
        write(CommandTable.globalOptions, on: &page)
        page.heading("Exit status")
        write(ExitCode.allCases, on: &page)
    }

    private static func write(_ command: CommandSpec, on page: inout HelpPage) {
        page.paragraph(command.summary)
        page.heading("Usage")
        for line in command.usageLines {
            page.verbatim(line)
        }
        for paragraph in command.description {
            page.paragraph(paragraph)
        }
        write(command.options + CommandTable.globalOptions, on: &page)
        page.heading("Examples")
        for example in command.examples {
            page.example(example.line, explanation: example.explanation)
        }
        page.heading("Exit status")
        write(command.exitCodes, on: &page)
    }

    /// Writes options under the headings of their groups, all with the same indentation.
    private static func write(_ options: [OptionSpec], on page: inout HelpPage) {
        for group in OptionGroup.allCases {
            let rows = options.filter { $0.group == group }.map { option in
                let short = option.short.map { "-\($0), " } ?? "    "
                return HelpPage.Row(label: short + option.label, text: option.help)
            }
            if rows.isEmpty { continue }
            page.heading(group.rawValue)
            page.table(rows, column: 29)
        }
    }

    private static func write(_ codes: [ExitCode], on page: inout HelpPage) {
        page.table(codes.map { HelpPage.Row(label: String($0.rawValue), text: $0.meaning) })
    }
}
