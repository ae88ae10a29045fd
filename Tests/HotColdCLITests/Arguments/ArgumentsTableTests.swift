import HotColdCore
import Testing

@testable import HotColdCLI

@Suite("The option table")
struct ArgumentsTableTests {
    static let rows = CommandTable.commands.flatMap { command in
        (CommandTable.globalOptions + command.options).map { (command, $0) }
    }

    @Test("has each long and each short name once for a command")
    func uniqueNames() {
        for command in CommandTable.commands {
            let options = CommandTable.globalOptions + command.options
            #expect(Set(options.map(\.name)).count == options.count)
            #expect(Set(options.compactMap(\.short)).count == options.compactMap(\.short).count)
        }
    }

    @Test("has names that can be typed, and short ones only for flags")
    func wellFormedNames() {
        for (_, option) in Self.rows {
            #expect(option.name.count > 1)
            #expect(option.name.utf8.allSatisfy { (97...122).contains($0) || $0 == UInt8(ascii: "-") })
            #expect(option.short?.isLetter ?? true)
            #expect(option.short == nil || option.value.metavar == nil)
        }
    }

    @Test("has the global options under their own heading, and no other option there")
    func groups() {
        #expect(CommandTable.globalOptions.allSatisfy { $0.group == .global })
        #expect(CommandTable.commands.flatMap(\.options).allSatisfy { $0.group != .global })
    }

    @Test("explains every option and every command in sentences")
    func sentences() {
        for (command, option) in Self.rows {
            #expect(option.help.hasSuffix("."), "\(option.typedName)")
            #expect(command.summary.hasSuffix("."))
            #expect(command.description.allSatisfy { $0.hasSuffix(".") })
            #expect(command.examples.allSatisfy { $0.explanation.hasSuffix(".") })
        }
    }

    @Test("has options that take a value for every command or for none, on which the completions for fish rely")
    func values() {
        for (name, options) in Dictionary(grouping: Self.rows.map(\.1), by: \.name) {
            #expect(Set(options.map { $0.value.completion == nil }).count == 1, "\(name)")
        }
    }

    @Test("has the row of every command under its name")
    func commandNames() {
        #expect(CommandTable.commands.map(\.name) == CommandName.allCases)
    }

    @Test("gives examples that can be parsed, for their own command")
    func examples() throws {
        for command in CommandTable.commands {
            #expect(!command.examples.isEmpty)
            for example in command.examples {
                let words = example.line.shellWords
                #expect(words.first == "hotcold")
                #expect(words.dropFirst().first == command.name.rawValue)
                #expect(throws: Never.self, "\(example.line)") { try ArgumentParser.parse(Array(words.dropFirst())) }
            }
        }
    }

    @Test("brings every option of migrate to its field, and to no other", arguments: migrateOptions)
    func migrate(option: String, arguments: [String], expected: MigrateOptions) throws {
        let parsed = try ArgumentParser.parse(["migrate"] + arguments)
        #expect(parsed == ParsedArguments(global: GlobalOptions(), invocation: .migrate(expected)))
    }

    static let migrateOptions: [(option: String, arguments: [String], expected: MigrateOptions)] =
        [
            ("all", ["--all"], MigrateOptions(selection: .all)),
            ("collection", ["--collection", "a"], MigrateOptions(selection: .named(["a"]))),
            ("confirm", ["--all", "--confirm", "a"], MigrateOptions(selection: .all, confirmed: ["a"])),
            ("no-delete", ["--all", "--no-delete"], MigrateOptions(selection: .all, noDelete: true)),
            (
                "as-of", ["--all", "-n", "--as-of", "1970-01-02"],
                MigrateOptions(selection: .all, engine: EngineOptions(dryRun: true), asOfMilliseconds: 86_400_000)
            ),
        ] + engineOptions.map { ($0, ["--all"] + $1, MigrateOptions(selection: .all, engine: $2)) }

    @Test("brings every option of restore to its field, and to no other", arguments: restoreOptions)
    func restore(option: String, arguments: [String], expected: RestoreOptions) throws {
        let parsed = try ArgumentParser.parse(["restore"] + arguments)
        #expect(parsed == ParsedArguments(global: GlobalOptions(), invocation: .restore(expected)))
    }

    static let restoreOptions: [(option: String, arguments: [String], expected: RestoreOptions)] = {
        let minimum = ["--collection", "a", "--id", "1"]
        let base = RestoreOptions(collection: "a", selection: .ids(["1"]))
        var query = base
        query.selection = .query("{}")
        var (keepCold, holdDays, confirmed) = (base, base, base)
        confirmed.isConfirmed = true
        keepCold.keepCold = true
        holdDays.holdDays = 7
        return [
            ("collection", minimum, base),
            ("id", minimum, base),
            ("query", ["--collection", "a", "--query", "{}"], query),
            ("confirm", minimum + ["--confirm", "a"], confirmed),
            ("keep-cold", minimum + ["--keep-cold"], keepCold),
            ("hold-days", minimum + ["--hold-days", "7"], holdDays),
        ]
            + engineOptions.map { option, arguments, engine in
                var options = base
                options.engine = engine
                return (option, minimum + arguments, options)
            }
    }()

    @Test("brings every option of analyze to its field, and to no other", arguments: analyzeOptions)
    func analyze(option: String, arguments: [String], expected: AnalyzeOptions) throws {
        let parsed = try ArgumentParser.parse(["analyze"] + arguments)
        #expect(parsed == ParsedArguments(global: GlobalOptions(), invocation: .analyze(expected)))
    }

    static let analyzeOptions: [(option: String, arguments: [String], expected: AnalyzeOptions)] = [
        ("collection", ["--collection", "a"], AnalyzeOptions(collections: ["a"])),
        ("explain", ["--explain", "1"], AnalyzeOptions(question: .document(id: "1"))),
        ("what-if", ["--what-if", "1,2"], AnalyzeOptions(question: .survey(whatIfDays: [1, 2], sample: nil))),
        ("sample", ["--sample", "9"], AnalyzeOptions(question: .survey(whatIfDays: [], sample: 9))),
        ("as-of", ["--as-of", "1970-01-02"], AnalyzeOptions(asOfMilliseconds: 86_400_000)),
    ]

    @Test("brings every option of stats to its field, and to no other", arguments: statsOptions)
    func stats(option: String, arguments: [String], expected: StatsOptions) throws {
        let parsed = try ArgumentParser.parse(["stats"] + arguments)
        #expect(parsed == ParsedArguments(global: GlobalOptions(), invocation: .stats(expected)))
    }

    static let statsOptions: [(option: String, arguments: [String], expected: StatsOptions)] = [
        ("collection", ["--collection", "a"], StatsOptions(collections: ["a"])),
        ("history", ["--history"], StatsOptions(subject: .history(days: 30))),
        ("days", ["--history", "--days", "7"], StatsOptions(subject: .history(days: 7))),
        (
            "prometheus", ["--prometheus", "f"],
            StatsOptions(subject: .storage(StatsOptions.StorageOptions(prometheus: .file("f"))))
        ),
        ("notify", ["--notify"], StatsOptions(subject: .storage(StatsOptions.StorageOptions(notifies: true)))),
    ]

    @Test("brings every option of verify to its field, and to no other", arguments: verifyOptions)
    func verify(option: String, arguments: [String], expected: VerifyOptions) throws {
        let parsed = try ArgumentParser.parse(["verify"] + arguments)
        #expect(parsed == ParsedArguments(global: GlobalOptions(), invocation: .verify(expected)))
    }

    static let verifyOptions: [(option: String, arguments: [String], expected: VerifyOptions)] = [
        ("collection", ["--collection", "a"], VerifyOptions(collections: ["a"])),
        ("fix", ["--fix"], VerifyOptions(task: .compare(fix: true))),
        ("run", ["--run", "r"], VerifyOptions(task: .proveRun("r"))),
        ("journal", ["--journal"], VerifyOptions(task: .proveJournal(days: nil))),
        ("days", ["--journal", "--days", "8"], VerifyOptions(task: .proveJournal(days: 8))),
        ("problems", ["--problems", "f"], VerifyOptions(problemsFile: "f")),
    ]

    @Test("brings every option of check to its field, and to no other", arguments: checkOptions)
    func check(option: String, arguments: [String], expected: CheckOptions) throws {
        let parsed = try ArgumentParser.parse(["check"] + arguments)
        #expect(parsed == ParsedArguments(global: GlobalOptions(), invocation: .check(expected)))
    }

    static let checkOptions: [(option: String, arguments: [String], expected: CheckOptions)] = [
        (
            "collection", ["--collection", "a", "--collection", "b", "--collection", "a"],
            CheckOptions(collections: ["a", "b"])
        )
    ]

    @Test("brings every option of schedule to its field, and to no other", arguments: scheduleOptions)
    func schedule(option: String, arguments: [String], expected: ScheduleOptions) throws {
        let parsed = try ArgumentParser.parse(["schedule"] + arguments)
        #expect(parsed == ParsedArguments(global: GlobalOptions(), invocation: .schedule(expected)))
    }

    static let scheduleOptions: [(option: String, arguments: [String], expected: ScheduleOptions)] = [
        ("cron", ["--cron"], ScheduleOptions(scheduler: .cron)),
        ("systemd", ["--systemd"], ScheduleOptions(scheduler: .systemd(directory: nil))),
        ("output", ["--systemd", "--output", "d"], ScheduleOptions(scheduler: .systemd(directory: "d"))),
        (
            "at", ["--cron", "--at", "23:05"],
            ScheduleOptions(scheduler: .cron, time: StartTime(hour: 23, minute: 5))
        ),
        ("verify", ["--cron", "--verify", "weekly"], ScheduleOptions(scheduler: .cron, verification: .weekly)),
        ("stats", ["--cron", "--stats", "hourly"], ScheduleOptions(scheduler: .cron, alerts: .hourly)),
        ("user", ["--cron", "--user", "u"], ScheduleOptions(scheduler: .cron, user: "u")),
    ]

    static let engineOptions: [(option: String, arguments: [String], expected: EngineOptions)] = [
        ("dry-run", ["--dry-run"], EngineOptions(dryRun: true)),
        ("limit", ["--limit", "3"], EngineOptions(limit: 3)),
        ("batch-size", ["--batch-size", "3"], EngineOptions(batchSize: 3)),
        ("workers", ["--workers", "3"], EngineOptions(workers: 3)),
        ("no-verify", ["--no-verify"], EngineOptions(noVerify: true)),
        ("on-conflict", ["--on-conflict", "replace"], EngineOptions(onConflict: .replace)),
        ("allow-ttl", ["--allow-ttl"], EngineOptions(allowTTL: true)),
        ("allow-nondurable", ["--allow-nondurable"], EngineOptions(allowNondurable: true)),
        ("max-duration", ["--max-duration", "3s"], EngineOptions(maxDuration: .seconds(3))),
        ("max-rate", ["--max-rate", "3"], EngineOptions(maxRate: 3)),
        ("retry-for", ["--retry-for", "3s"], EngineOptions(retryFor: .seconds(3))),
        ("max-lag", ["--max-lag", "3s"], EngineOptions(maxLag: .seconds(3))),
        ("nice", ["--nice", "3"], EngineOptions(nice: 3)),
        ("window", ["--window", "22:00-05:30"], EngineOptions(hours: WorkingHours(window: night, zone: nil))),
        (
            "time-zone", ["--window", "22:00-05:30", "--time-zone", "UTC"],
            EngineOptions(hours: WorkingHours(window: night, zone: "UTC"))
        ),
        ("pause-file", ["--pause-file", "f"], EngineOptions(pauseFile: "f")),
        ("problems", ["--problems", "f"], EngineOptions(problemsFile: "f")),
        ("max-pause", ["--max-pause", "3s"], EngineOptions(maxPause: .seconds(3))),
    ]

    static let night = DailyWindow(start: 22 * 60, end: 5 * 60 + 30)

    @Test("brings every global option to its field, and to no other", arguments: globalOptions)
    func global(option: String, arguments: [String], expected: GlobalOptions) throws {
        let parsed = try ArgumentParser.parse(["migrate", "--all"] + arguments)
        #expect(parsed == ParsedArguments(global: expected, invocation: .migrate(MigrateOptions(selection: .all))))
    }

    static let globalOptions: [(option: String, arguments: [String], expected: GlobalOptions)] = [
        ("config", ["--config", "f"], GlobalOptions(configFile: "f")),
        ("hot-uri", ["--hot-uri", "u"], GlobalOptions(hotURI: "u")),
        ("cold-uri", ["--cold-uri", "u"], GlobalOptions(coldURI: "u")),
        ("json", ["--json"], GlobalOptions(json: true)),
        ("quiet", ["--quiet"], GlobalOptions(verbosity: .quiet)),
        ("verbose", ["--verbose"], GlobalOptions(verbosity: .verbose)),
        ("color", ["--color", "always"], GlobalOptions(color: .always)),
        ("no-color", ["--no-color"], GlobalOptions(color: .never)),
    ]

    @Test("has no option that the tests above forget")
    func completeness() {
        func names(_ command: CommandName) -> Set<String> {
            Set(CommandTable.command(command).options.map(\.name))
        }
        #expect(names(.migrate) == Set(Self.migrateOptions.map(\.option)))
        #expect(names(.restore) == Set(Self.restoreOptions.map(\.option)))
        #expect(names(.analyze) == Set(Self.analyzeOptions.map(\.option)))
        #expect(names(.stats) == Set(Self.statsOptions.map(\.option)))
        #expect(names(.check) == Set(Self.checkOptions.map(\.option)))
        #expect(names(.verify) == Set(Self.verifyOptions.map(\.option)))
        #expect(names(.schedule) == Set(Self.scheduleOptions.map(\.option)))
        for command in [CommandName.completions, .manual, .help] { #expect(names(command).isEmpty) }
        // The two that are commands of their own are tested with the forms of arguments.
        let global = Set(CommandTable.globalOptions.map(\.name)).subtracting(["help", "version"])
        #expect(global == Set(Self.globalOptions.map(\.option)))
    }
}

extension String {

    /// The words that hotcold gets of a shell's line, as far as examples need it: single quotes, continued lines, and
    /// nothing of what follows `>` or `|`.
    fileprivate var shellWords: [String] {
        var words = [""]
        var isQuoted = false
        for character in replacing("\\\n", with: " ") {
            if character == "'" {
                isQuoted.toggle()
            } else if character == " ", !isQuoted {
                words.append("")
            } else {
                words[words.count - 1].append(character)
            }
        }
        return words.prefix { !$0.hasPrefix(">") && $0 != "|" }.filter { !$0.isEmpty }
    }
}
