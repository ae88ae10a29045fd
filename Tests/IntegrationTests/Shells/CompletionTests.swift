import Foundation
import TestSupport
import Testing

@testable import HotColdCLI

@Suite("The shell", .enabled(if: !ShellBench.installed.isEmpty), .timeLimit(.minutes(30)))
struct CompletionTests {
    /// What a shell has to offer on a line, no more and no less.
    static let exactly: [(line: String, offers: [String])] = [
        ("hotcold ", CommandName.allCases.map(\.rawValue)),
        ("hotcold mig", ["migrate"]),
        ("hotcold -q mig", ["migrate"]),
        ("hotcold --config others.json mig", ["migrate"]),
        ("hotcold --config=others.json mig", ["migrate"]),
        ("hotcold --hot-uri mongodb://u:p@h:1/?a=b mig", ["migrate"]),
        ("hotcold --q", ["--quiet"]),
        ("hotcold migrate --q", ["--quiet"]),
        ("hotcold migrate --on-c", ["--on-conflict"]),
        ("hotcold --on-c", []),
        ("hotcold restore --as", []),
        ("hotcold migrate --que", []),
        // Values: words, files, names, and nothing.
        ("hotcold migrate --on-conflict ", ["keep-target", "replace", "skip"]),
        ("hotcold migrate --on-conflict k", ["keep-target"]),
        ("hotcold migrate --on-conflict=k", ["--on-conflict=keep-target"]),
        (
            "hotcold migrate --on-conflict=",
            ["--on-conflict=keep-target", "--on-conflict=replace", "--on-conflict=skip"]
        ),
        ("hotcold migrate --on-conflict x", []),
        ("hotcold --config ot", ["others.json"]),
        ("hotcold migrate --config=po", ["--config=policies.json"]),
        ("hotcold migrate --limit ", []),
        ("hotcold migrate --limit=", []),
        ("hotcold migrate --as-of p", []),
        ("hotcold migrate --max-duration o", []),
        ("hotcold restore --query p", []),
        ("hotcold restore --id p", []),
        ("hotcold --hot-uri p", []),
        ("hotcold schedule --output ot", ["others.json"]),
        ("hotcold schedule --at 0", []),
        ("hotcold schedule --user p", []),
        ("hotcold migrate --collection ", ["logs", "orders", "users"]),
        ("hotcold migrate --collection=o", ["--collection=orders"]),
        ("hotcold restore --collection u", ["users"]),
        ("hotcold --config others.json migrate --collection ", ["papers", "people"]),
        ("hotcold migrate --config=others.json --collection p", ["papers", "people"]),
        ("hotcold --config=~/others.json migrate --collection pe", ["people"]),
        ("hotcold --config ~/others.json migrate --collection=pe", ["--collection=people"]),
        ("hotcold --config \"others.json\" migrate --collection=pe", ["--collection=people"]),
        (#"hotcold --config others\.json migrate --collection=pe"#, ["--collection=people"]),
        ("hotcold --config none.json migrate --collection ", []),
        // What was given before.
        ("hotcold migrate --all --al", ["--allow-nondurable", "--allow-ttl"]),
        ("hotcold migrate --limit 3 --l", []),
        ("hotcold migrate --limit=3 --l", []),
        ("hotcold --limit 3 migrate --l", []),
        ("hotcold --quiet migrate --q", []),
        ("hotcold -q migrate --q", []),
        ("hotcold migrate -nq --q", []),
        ("hotcold migrate -qn --dr", []),
        ("hotcold migrate --collection users --c", ["--cold-uri", "--collection", "--color", "--config", "--confirm"]),
        ("hotcold restore --collection users --c", ["--cold-uri", "--color", "--config", "--confirm"]),
        ("hotcold restore --id 1 --id", ["--id"]),
        // Arguments, and what follows `--`.
        ("hotcold help ", CommandName.allCases.map(\.rawValue)),
        ("hotcold help --json re", ["restore"]),
        ("hotcold help migrate re", []),
        ("hotcold completions ", ["bash", "fish", "zsh"]),
        ("hotcold completions z", ["zsh"]),
        ("hotcold migrate u", []),
        ("hotcold migrate -- --l", []),
        ("hotcold unknown --li", []),
    ]

    @Test("offers what can be typed, and nothing else", arguments: ShellBench.installed)
    func offers(shell: Shell) async throws {
        try await ShellBench.with(shell) { bench in
            let offers = try await bench.offers(on: Self.exactly.map(\.line))
            for (line, expected) in Self.exactly { #expect(offers[line] == expected.sorted(), "\(line)") }
        }
    }

    @Test("offers every option of every command", arguments: ShellBench.installed)
    func completeness(shell: Shell) async throws {
        try await ShellBench.with(shell) { bench in
            let offers = try await bench.offers(on: CommandName.allCases.map { "hotcold \($0.rawValue) --" })
            for command in CommandTable.commands {
                let options = (command.options + CommandTable.globalOptions).map(\.typedName)
                #expect(offers["hotcold \(command.name.rawValue) --"] == options.sorted())
            }
        }
    }

    @Test("takes odd names for names", arguments: ShellBench.installed)
    func oddNames(shell: Shell) async throws {
        try await ShellBench.with(shell) { bench in
            try bench.write(
                #"{"collections": {"x y": {}, "x$(touch made)": {}, "x`touch made`'\"\\": {}, "x\u001b[2J": {}}}"#,
                to: "policies.json"
            )
            let offers = try await bench.offers(on: ["hotcold migrate --collection x"])
            let quoted = #"x\ y x\$\(touch\ made\) x\`touch\ made\`\'\"\\"#
            let plain = ["x y", "x$(touch made)", #"x`touch made`'"\"#]
            let expected =
                shell == .fish
                ? plain
                : quoted.split(separator: " x").enumerated()
                    .map { ($0 == 0 ? "" : "x") + $1 }
            #expect(offers["hotcold migrate --collection x"] == expected.sorted())
            #expect(!FileManager.default.fileExists(atPath: bench.directory.appending(path: "made").path))
        }
    }

    @Test(
        "is given the script that hotcold prints, which has no mistakes in its syntax",
        arguments: ShellBench.installed
    )
    func syntax(shell: Shell) async throws {
        try await ShellBench.with(shell) { bench in
            let printed = try await HotcoldProcess.run(["completions", shell.rawValue], in: bench.directory)
            #expect(printed.exitCode == 0 && printed.standardError.isEmpty, "\(printed)")
            #expect(printed.standardOutput == shell.completionScript)
            try bench.write(printed.standardOutput, to: "completions")
            let check = shell == .fish ? "fish --no-execute completions" : "\(shell.rawValue) -n completions"
            let result = try await bench.run(check)
            #expect(result.exitCode == 0 && result.standardError.isEmpty, "\(result)")
        }
    }

    @Test("shows what an option does", arguments: ShellBench.installed.filter { $0 != .bash })
    func descriptions(shell: Shell) async throws {
        try await ShellBench.with(shell) { bench in
            _ = try await bench.offers(on: ["hotcold migrate --", "hotcold "])
            let shown = try String(contentsOf: bench.directory.appending(path: "shown"), encoding: .utf8)
            for option in CommandTable.migrate.options {
                #expect(shown.contains(option.help.gist), "\(option.name)")
            }
            for command in CommandTable.commands { #expect(shown.contains(command.summary.gist)) }
        }
    }

    @Test(
        "is told no names, and nothing else, where the configuration can't be read",
        arguments: ["none.json", "bad.json"]
    )
    func silence(file: String) async throws {
        try await ShellBench.with(.bash) { bench in
            try bench.write("{", to: "bad.json")
            let arguments = ["completions", "collections", "--config", file]
            let result = try await HotcoldProcess.run(arguments, in: bench.directory)
            #expect(result.exitCode == 0 && result.standardOutput.isEmpty && result.standardError.isEmpty, "\(result)")
        }
    }

    @Test("finds the script where it looks for functions", .enabled(if: ShellBench.installed.contains(.zsh)))
    func functionPath() async throws {
        try await ShellBench.with(.zsh) { bench in
            try bench.write(Shell.zsh.completionScript, to: "_hotcold")
            let script = "fpath=($PWD $fpath)\ncompinit -u -D\n"
            let lines = ["hotcold migrate --on-conflict k", "hotcold migrate --collection o", "hotcold migrate --lim"]
            let offers = try await bench.offers(on: lines, script: script)
            #expect(lines.map { offers[$0] } == [["keep-target"], ["orders"], ["--limit"]])
        }
    }

    @Test("has a script that shellcheck finds nothing in", .enabled(if: ShellBench.path(of: "shellcheck") != nil))
    func shellcheck() async throws {
        try await ShellBench.with(.bash) { bench in
            try bench.write(Shell.bash.completionScript, to: "completions")
            let result = try await bench.run("shellcheck completions")
            #expect(result.exitCode == 0, "\(result)")
        }
    }
}
