/// What `hotcold verify` is asked to do.
struct VerifyOptions: Equatable, Sendable {
    /// The collections' keys in the configuration, none twice; empty for all.
    var collections: [String] = []

    /// What to look at.
    var task = Task.compare(fix: false)

    /// The file that gets every problem.
    var problemsFile: String?

    /// What to look at.
    enum Task: Equatable, Sendable {
        /// The tiers, one against the other.
        case compare(fix: Bool)

        /// What a run moved, against what is there.
        case proveRun(String)
    }
}

extension VerifyOptions {
    /// Makes the options from the values of a command line.
    ///
    /// - Throws: `UsageError` when they contradict each other.
    init(_ values: OptionValues) throws(UsageError) {
        collections = values.collections.withoutRepetitions
        problemsFile = values.problemsFile
        guard let run = values.run else {
            task = .compare(fix: values.fix)
            return
        }
        guard !values.fix else {
            throw UsageError(
                "--fix and --run exclude each other",
                hint: "--run only looks; hotcold verify --fix settles what is in both tiers"
            )
        }
        task = .proveRun(run)
    }
}
