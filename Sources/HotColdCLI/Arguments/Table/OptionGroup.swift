/// The headings under which help gathers the options, in their order.
enum OptionGroup: String, CaseIterable, Sendable {
    /// Which documents the command is about.
    case selection = "Which documents"

    /// Looking before anything is written.
    case preview = "Looking first"

    /// What to find out about them.
    case inquiry = "What to find out"

    /// What happens to the documents.
    case treatment = "What happens to them"

    /// How fast, how long, how persistently.
    case pace = "How fast and how long"

    /// When to work, and when to let others go first.
    case courtesy = "Leaving the servers to others"

    /// What is reported, and to whom.
    case report = "What is reported, and to whom"

    /// What starts the runs, when, and as whom.
    case scheduling = "What starts the runs, and when"

    /// The options of every command.
    case global = "Global options"
}
