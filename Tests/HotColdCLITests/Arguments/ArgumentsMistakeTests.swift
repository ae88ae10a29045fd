import Testing

@testable import HotColdCLI

/// A wrong command line, and what hotcold has to say about it.
struct Mistake: CustomTestStringConvertible {
    let arguments: [String]
    let message: String
    let hint: String?

    init(_ line: String, _ message: String, _ hint: String?) {
        self.init(line.split(separator: " ").map(String.init), message, hint)
    }

    init(_ arguments: [String], _ message: String, _ hint: String?) {
        self.arguments = arguments
        self.message = message
        self.hint = hint
    }

    var testDescription: String { "hotcold " + arguments.joined(separator: " ") }
}

@Suite("A mistake in the arguments")
struct ArgumentsMistakeTests {
    private func expect(_ mistake: Mistake) {
        let error = #expect(throws: UsageError.self) { try ArgumentParser.parse(mistake.arguments) }
        #expect(error?.message == mistake.message)
        #expect(error?.hint == mistake.hint)
    }

    @Test("in a command's name is answered with the nearest one", arguments: commands)
    func command(mistake: Mistake) { expect(mistake) }

    static let commands = [
        Mistake("", "no command given", "see: hotcold help"),
        Mistake("--json", "no command given", "see: hotcold help"),
        Mistake("migrat --all", "unknown command migrat", "did you mean migrate?"),
        Mistake("--help migrat", "unknown command migrat", "did you mean migrate?"),
        Mistake("res", "unknown command res", "did you mean restore?"),
        Mistake("MIGRATE", "unknown command MIGRATE", "did you mean migrate?"),
        Mistake("frobnicate --help", "unknown command frobnicate", "see: hotcold help"),
        Mistake("help migrat", "unknown command migrat", "did you mean migrate?"),
        Mistake("help migrate restore", "unexpected argument restore for help", "see: hotcold help help"),
        Mistake("completions", "completions needs a shell: bash, zsh or fish", "see: hotcold help completions"),
        Mistake("completions fihs", "unknown shell fihs", "did you mean fish?"),
        Mistake("completions ba", "unknown shell ba", "did you mean bash?"),
        Mistake("completions cmd.exe", "unknown shell cmd.exe", "there are completions for bash, zsh or fish"),
        Mistake("completions zsh fish", "unexpected argument fish for completions", "see: hotcold help completions"),
        Mistake("manual migrate", "unexpected argument migrate for manual", "see: hotcold help manual"),
        Mistake("-", "unknown command -", "see: hotcold help"),
        Mistake([""], "unknown command ''", "see: hotcold help"),
        Mistake(["two words"], "unknown command 'two words'", "see: hotcold help"),
    ]

    @Test("in an option's name is answered with the nearest one", arguments: options)
    func option(mistake: Mistake) { expect(mistake) }

    static let options = [
        Mistake("migrate --collecton users", "unknown option --collecton for migrate", "did you mean --collection?"),
        Mistake("migrate --collecton=users", "unknown option --collecton for migrate", "did you mean --collection?"),
        Mistake("migrate --dry", "unknown option --dry for migrate", "did you mean --dry-run?"),
        Mistake("migrate --jsn", "unknown option --jsn for migrate", "did you mean --json?"),
        Mistake("migrate --bogus", "unknown option --bogus for migrate", "see: hotcold help migrate"),
        Mistake("migrate --=x", "unknown option -- for migrate", "see: hotcold help migrate"),
        Mistake("--jsn migrate", "unknown option --jsn", "did you mean --json?"),
        Mistake("--all migrate", "unknown option --all", "it belongs after the command: hotcold migrate --all"),
        Mistake("--bogus --help", "unknown option --bogus", "see: hotcold help"),
        Mistake(
            "restore --as-of 2026-01-01",
            "unknown option --as-of for restore",
            "it is an option of migrate and analyze"
        ),
        Mistake("migrate --query {}", "unknown option --query for migrate", "it is an option of restore"),
        Mistake("migrate -x", "unknown flag -x for migrate", "see: hotcold help migrate"),
        Mistake("migrate -nx", "unknown flag -x in -nx for migrate", "see: hotcold help migrate"),
        Mistake("migrate -N", "unknown flag -N for migrate", "did you mean -n?"),
        Mistake("migrate -limit 5", "unknown flag -l in -limit for migrate", "did you mean --limit?"),
        Mistake("migrate -limit=5", "unknown flag -l in -limit=5 for migrate", "did you mean --limit?"),
        Mistake("migrate -5", "unknown flag -5 for migrate", "see: hotcold help migrate"),
        Mistake("-n migrate", "unknown flag -n", "see: hotcold help"),
    ]

    @Test("in an argument that is no option is answered with the option that was meant", arguments: operands)
    func operand(mistake: Mistake) { expect(mistake) }

    static let operands = [
        Mistake("migrate users", "unexpected argument users for migrate", "did you mean --collection users?"),
        Mistake("migrate all", "unexpected argument all for migrate", "did you mean --all?"),
        Mistake("restore --id 1 {}", "unexpected argument {} for restore", "see: hotcold help restore"),
        Mistake(["migrate", ""], "unexpected argument '' for migrate", "see: hotcold help migrate"),
        Mistake("migrate -- --all", "unexpected argument --all for migrate", "see: hotcold help migrate"),
        Mistake("migrate —limit 5", "—limit begins with a typographic dash", "type plain ones: --limit"),
        Mistake("migrate –limit 5", "–limit begins with a typographic dash", "type plain ones: --limit"),
        Mistake("migrate –-limit 5", "–-limit begins with a typographic dash", "type plain ones: --limit"),
        Mistake("–help", "–help begins with a typographic dash", "type plain ones: --help"),
        Mistake("migrate –n", "–n begins with a typographic dash", "type plain ones: -n"),
    ]

    @Test("in the way a value is given is explained", arguments: forms)
    func form(mistake: Mistake) { expect(mistake) }

    static let forms = [
        Mistake("migrate --limit", "--limit needs a value: --limit N", "see: hotcold help migrate"),
        Mistake("migrate --limit --all", "--limit needs a value: --limit N", "see: hotcold help migrate"),
        Mistake("migrate --limit -n --all", "--limit needs a value: --limit N", "see: hotcold help migrate"),
        Mistake("migrate --limit --workers=2", "--limit needs a value: --limit N", "see: hotcold help migrate"),
        Mistake("migrate --limit -- 5", "--limit needs a value: --limit N", "see: hotcold help migrate"),
        Mistake("--config", "--config needs a value: --config FILE", "see: hotcold help"),
        Mistake(
            "migrate --collection -x",
            "--collection needs a value: --collection NAME",
            "a value that begins with - is written --collection=-x"
        ),
        Mistake("migrate --json=yes", "--json takes no value", "write just --json"),
        Mistake("migrate --all=", "--all takes no value", "write just --all"),
        Mistake("migrate -n=yes", "--dry-run takes no value", "write just --dry-run"),
        Mistake("migrate --limit 1 --limit 2", "--limit is given twice", "it can be given once"),
        Mistake("migrate -n --dry-run", "--dry-run is given twice", "it can be given once"),
        Mistake("migrate -nn", "--dry-run is given twice", "it can be given once"),
        Mistake("--json migrate --json", "--json is given twice", "it can be given once"),
        Mistake("migrate --all -qv", "--quiet and --verbose exclude each other", nil),
        Mistake(
            "migrate --collection=",
            "the value of --collection NAME is empty",
            "a shell variable that is not set is empty"
        ),
        Mistake(
            ["migrate", "--as-of", ""],
            "the value of --as-of DATE is empty",
            "a shell variable that is not set is empty"
        ),
    ]

    @Test("in a value is answered with what the option takes", arguments: values)
    func value(mistake: Mistake) { expect(mistake) }

    static let values = [
        Mistake("migrate --limit -5", "--limit takes a whole number of at least 1, not -5", nil),
        Mistake("migrate --limit=-5", "--limit takes a whole number of at least 1, not -5", nil),
        Mistake("migrate --limit -.5", "--limit takes a whole number of at least 1, not -.5", nil),
        Mistake("migrate --limit 0", "--limit takes a whole number of at least 1, not 0", nil),
        Mistake("migrate --limit ten", "--limit takes a whole number of at least 1, not ten", nil),
        Mistake("migrate --batch-size 100001", "--batch-size takes a whole number from 1 to 100000, not 100001", nil),
        Mistake("migrate --workers 65", "--workers takes a whole number from 1 to 64, not 65", nil),
        Mistake("migrate --max-rate 0", "--max-rate takes a whole number of at least 1, not 0", nil),
        Mistake("restore --hold-days -1", "--hold-days takes a whole number from 0 to 1000000, not -1", nil),
        Mistake(
            "migrate --on-conflict replce",
            "--on-conflict takes skip, replace or keep-target, not replce",
            "did you mean replace?"
        ),
        Mistake("migrate --on-conflict ask", "--on-conflict takes skip, replace or keep-target, not ask", nil),
        Mistake(
            "migrate --max-duration 90",
            "--max-duration takes a duration with its unit, such as 90s, 15m, 2h or 1h30m, not 90",
            "did you mean 90s?"
        ),
        Mistake("migrate --max-duration 0s", "--max-duration takes a duration of at least 1s, not 0s", nil),
        Mistake(
            "migrate --retry-for -5m",
            "--retry-for takes a duration such as 90s, 15m, 2h or 1h30m, not -5m",
            nil
        ),
        Mistake(
            "migrate --as-of 2026-02-30",
            "--as-of takes a day that is in the calendar, not 2026-02-30",
            nil
        ),
    ]

    @Test("is shown with its hint in one line")
    func description() {
        #expect("\(UsageError("unknown option --x", hint: "see: help"))" == "unknown option --x (see: help)")
        #expect("\(UsageError("unknown option --x"))" == "unknown option --x")
    }
}
