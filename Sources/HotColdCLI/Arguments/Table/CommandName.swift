/// The commands of hotcold, in the order in which help lists them; the raw value is what is typed.
enum CommandName: String, CaseIterable, Sendable {
    /// Moves cold documents to the archive.
    case migrate

    /// Brings archived documents back.
    case restore

    /// Tells where documents stand by their policies.
    case analyze

    /// Shows storage, alerts and past runs.
    case stats

    /// Looks for what would make a migration fail or surprise.
    case check

    /// Compares the tiers, and what a run moved with what is there.
    case verify

    /// Shows how the two versions of a document differ.
    case diff

    /// Shows, puts back or discards what is in quarantine.
    case quarantine

    /// Says that an archive was renamed or moved on purpose.
    case adopt

    /// Prints what has the system run a migration every night.
    case schedule

    /// Prints what lets a shell complete command lines.
    case completions

    /// Prints the manual page.
    case manual

    /// Explains a command.
    case help
}
