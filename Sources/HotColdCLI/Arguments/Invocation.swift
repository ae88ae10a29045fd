/// What a command line asks for, completely and consistently.
enum Invocation: Equatable, Sendable {
    /// Show help for a command, or the overview.
    case help(topic: CommandName?)

    /// Show the version.
    case version

    /// Move cold documents to the archive.
    case migrate(MigrateOptions)

    /// Bring archived documents back.
    case restore(RestoreOptions)

    /// Tell where documents stand.
    case analyze(AnalyzeOptions)

    /// Show storage, alerts or past runs.
    case stats(StatsOptions)

    /// Look for what would make a migration fail or surprise.
    case check(CheckOptions)

    /// Compare the tiers, or what a run moved with what is there.
    case verify(VerifyOptions)

    /// Show how the two versions of a document differ.
    case diff(DiffOptions)

    /// Show, put back or discard what is in quarantine.
    case quarantine(QuarantineOptions)

    /// Say that an archive was renamed or moved on purpose.
    case adopt(AdoptOptions)

    /// Print what has the system run a migration every night.
    case schedule(ScheduleOptions)

    /// Print what lets a shell complete command lines.
    case completions(CompletionsOptions)

    /// Print the manual page.
    case manual
}
