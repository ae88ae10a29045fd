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
}
