import Testing

@testable import HotColdCLI

@Suite("The form of arguments")
struct ArgumentsFormTests {
    private func engine(_ arguments: String...) throws -> EngineOptions {
        guard case .migrate(let options) = try ArgumentParser.parse(["migrate", "--all"] + arguments).invocation else {
            throw UsageError("not migrate")
        }
        return options.engine
    }

    @Test("takes a value as the next argument or after an equals sign")
    func values() throws {
        #expect(try engine("--limit", "5").limit == 5)
        #expect(try engine("--limit=5").limit == 5)
    }

    @Test("takes everything after the first equals sign as the value, even a dash or another equals sign")
    func attachedValues() throws {
        let arguments = ["migrate", "--collection=-a=b", "--collection=\u{301}c", "--config=--all"]
        let parsed = try ArgumentParser.parse(arguments)
        #expect(parsed.global.configFile == "--all")
        #expect(parsed.invocation == .migrate(MigrateOptions(selection: .named(["-a=b", "\u{301}c"]))))
    }

    @Test("takes a lone dash as a value")
    func loneDash() throws {
        #expect(try ArgumentParser.parse(["migrate", "--all", "--config", "-"]).global.configFile == "-")
    }

    @Test("bundles short flags")
    func bundles() throws {
        let parsed = try ArgumentParser.parse(["migrate", "-nq", "--all"])
        #expect(parsed.global.verbosity == .quiet)
        #expect(parsed.invocation == .migrate(MigrateOptions(selection: .all, engine: EngineOptions(dryRun: true))))
    }

    @Test("takes global options before the command and after it")
    func globalOptions() throws {
        let options = ["--config", "p.json", "--hot-uri=mongodb://h", "--cold-uri", "mongodb://c", "--json", "-v"]
        let before = try ArgumentParser.parse(options + ["--no-color", "migrate", "--all"])
        let after = try ArgumentParser.parse(["migrate", "--all"] + options + ["--no-color"])
        let expected = GlobalOptions(
            configFile: "p.json",
            hotURI: "mongodb://h",
            coldURI: "mongodb://c",
            json: true,
            verbosity: .verbose,
            color: .never
        )
        #expect(before.global == expected)
        #expect(after == before)
    }

    @Test("says nothing special by default")
    func globalDefaults() throws {
        #expect(try ArgumentParser.parse(["migrate", "--all"]).global == GlobalOptions())
    }

    @Test("ends the options at two dashes")
    func endOfOptions() throws {
        #expect(try ArgumentParser.parse(["help", "--", "migrate"]).invocation == .help(topic: .migrate))
        #expect(try ArgumentParser.parse(["--", "help"]).invocation == .help(topic: nil))
        #expect(throws: UsageError.self) { try ArgumentParser.parse(["migrate", "--", "--all"]) }
        #expect(throws: UsageError.self) { try ArgumentParser.parse(["migrate", "--", "--help"]) }
    }

    @Test(
        "shows help",
        arguments: [
            (["help"], nil),
            (["--help"], nil),
            (["-h"], nil),
            (["--json", "-h"], nil),
            (["help", "migrate"], .migrate),
            (["help", "restore", "--json"], .restore),
            (["help", "help"], .help),
            (["help", "--help"], .help),
            (["help", "migrate", "-h"], .migrate),
            (["migrate", "--help"], .migrate),
            (["--help", "restore"], .restore),
            (["-h", "migrate", "--all"], .migrate),
            (["migrate", "-nh"], .migrate),
            (["migrate", "--version", "--help"], .migrate), (["migrate", "help"], .migrate),
            (["stats", "--json", "help"], .stats),
        ] as [([String], CommandName?)]
    )
    func help(arguments: [String], topic: CommandName?) throws {
        #expect(try ArgumentParser.parse(arguments).invocation == .help(topic: topic))
    }

    @Test(
        "shows help whatever else is wrong, once the command is known",
        arguments: [
            ["--bogus"], ["--limit"], ["--limit", "-5"], ["--json=yes"], ["-nx"], ["surplus"], ["--all", "--all"],
            ["-qv"],
            ["--bogus", "--limit", "x", "--collection"], ["--as-of", "2026-02-30"], ["--collection", ""],
        ]
    )
    func helpWins(arguments: [String]) throws {
        #expect(try ArgumentParser.parse(["migrate"] + arguments + ["--help"]).invocation == .help(topic: .migrate))
        #expect(try ArgumentParser.parse(["migrate", "-h"] + arguments).invocation == .help(topic: .migrate))
    }

    @Test(
        "shows the version",
        arguments: [
            ["--version"], ["migrate", "--version"], ["--json", "--version"], ["--version", "--json"], ["-V"],
            ["version"],
            ["version", "--json"], ["--json", "version"],
        ]
    )
    func version(arguments: [String]) throws {
        let parsed = try ArgumentParser.parse(arguments)
        #expect(parsed.invocation == .version && parsed.global.json == arguments.contains("--json"))
    }

    @Test(
        "tells whether the answer has to be JSON, even when the arguments are wrong",
        arguments: [
            (["--json"], true),
            (["migrat", "--jsn", "--json"], true),
            (["migrate", "--limit", "--json"], true),
            (["migrate", "--json=yes"], true),
            (["migrate", "--", "--json"], false),
            (["migrate", "--all"], false),
            (["migrate", "--collection=--json"], false),
            (["migrate", "--jsonx"], false),
            ([], false),
        ]
    )
    func wantsJSON(arguments: [String], expected: Bool) {
        #expect(ArgumentParser.form(ofAnswerTo: arguments).isJSON == expected)
    }

    @Test(
        "tells how a failure is told, even when the arguments are wrong",
        arguments: [
            (["migrate", "--limit", "x", "-q"], .migrate, .quiet), (["-v", "stats", "--bogus"], .stats, .verbose),
            (["help", "migrat"], .help, .normal), (["migrat"], nil, .normal), ([], nil, .normal),
        ] as [([String], CommandName?, GlobalOptions.Verbosity)]
    )
    func answerForm(arguments: [String], command: CommandName?, verbosity: GlobalOptions.Verbosity) {
        let form = ArgumentParser.form(ofAnswerTo: arguments)
        #expect(form.command == command && form.verbosity == verbosity)
    }

    @Test("takes one word about colours at most")
    func colorUse() throws {
        #expect(throws: UsageError.self) {
            _ = try ArgumentParser.parse(["stats", "--color", "always", "--no-color"])
        }
        #expect(try ArgumentParser.parse(["stats", "--color", "never", "--no-color"]).global.color == .never)
    }
}
