import Foundation
import HotColdCore
import Mongo
import TestSupport

/// A run of the real hotcold, watched.
struct Program: Sendable {
    /// Longer than any run may take, waits for servers included.
    fileprivate static let limit: Duration = .seconds(300)

    let process: HotcoldProcess
    private let arguments: [String]
    private let command: Command
    private let guarantee: Verdict.Guarantee

    /// Starts hotcold on a stage.
    ///
    /// - Parameters:
    ///   - command: another one than the round's.
    ///   - slowed: the run takes some seconds at least, so that something can happen to it.
    ///   - halt: where it stops, as `ProtocolStep` says.
    ///   - environment: what it sees beside the suite's environment.
    init(
        _ round: Round,
        _ command: Command? = nil,
        on stage: Stage,
        slowed: Bool = false,
        halt: String? = nil,
        environment: [String: String] = [:]
    ) throws {
        let command = command ?? round.command
        var arguments = command.arguments(part: round.batchSize) + ["--json"]
        if command.direction != nil {
            if stage.layout == .unjournaled { arguments.append("--allow-nondurable") }
            arguments += ["--retry-for", "60s", "--workers", "\(round.workers)", "--batch-size", "\(round.batchSize)"]
            if slowed { arguments += ["--max-rate", "500"] }
        }
        var environment = environment
        if let halt { environment["HOTCOLD_HALT_AT"] = halt }
        self.arguments = arguments
        self.command = command
        guarantee = stage.layout.guarantee
        process = try HotcoldProcess.start(arguments, environment: environment, in: stage.directory)
    }

    /// Waits for its end, and kills it when it does not come.
    ///
    /// - Parameter allowed: the exit statuses that are right in its situation beside 0 and 1, which says that documents
    ///   are left.
    func end(allowing allowed: Set<Int32> = []) async -> End { await end(with: allowed.union([0, 1])) }

    /// Waits for its end.
    ///
    /// - Parameter allowed: the exit statuses that are right.
    func end(with allowed: Set<Int32>) async -> End {
        let process = process
        let watchdog = Task {
            try await Task.sleep(for: Self.limit)
            process.send(signal: SIGKILL)
        }
        let start = ContinuousClock.now
        let result = await process.wait()
        watchdog.cancel()
        return End(
            arguments: arguments,
            processID: Int(process.processID),
            isReplacing: command == .replace,
            guarantee: guarantee,
            result: result,
            allowed: allowed,
            isOverdue: .now - start >= Self.limit
        )
    }

    /// How a run ended.
    struct End: Sendable {
        let arguments: [String]
        let processID: Int
        /// It was told to replace what the archive has.
        let isReplacing: Bool
        let guarantee: Verdict.Guarantee
        let result: ProcessResult
        let allowed: Set<Int32>
        /// It took longer than any run may.
        let isOverdue: Bool

        /// What is wrong with it by itself.
        var violations: [Violation] {
            func violation(_ promise: Violation.Promise, _ what: String) -> [Violation] {
                [Violation(promise, "\(what)\n\(arguments)\n\(result)")]
            }
            if isOverdue { return violation(.ending, "it did not end in \(Program.limit)") }
            guard allowed.contains(result.exitCode) else {
                return violation(.ending, "exit status \(result.exitCode)")
            }
            guard result.signal == nil else { return [] }
            guard report != nil else {
                let isEarly = result.standardOutput.isEmpty && ![0, 1].contains(result.exitCode)
                return isEarly ? [] : violation(.report, "its report is not one JSON document")
            }
            let left = ["changed", "vanished", "held", "conflicts", "failed"].reduce(0) { $0 + number($1) }
            if number("scanned") != moved + left { return violation(.report, "scanned is not the sum of the others") }
            if result.exitCode == 0, number("failed") > 0 { return violation(.report, "it failed and says 0") }
            // The application never writes the same bytes into both tiers: somebody left them there.
            if number("already_in_target") > 0, guarantee == .transactional {
                return violation(.duplicate, "it found copies that are no run's")
            }
            return []
        }

        /// What it says that it moved; nil without a report, and for what is no move.
        var told: Books.Report? {
            guard let run = report?["run_id"]?.string else { return nil }
            return Books.Report(run: run, exitCode: result.exitCode, moved: moved)
        }

        private var moved: Int { number("migrated") + number("restored") }

        /// Why a run gave up, for the log: its exit status says only that a server was away.
        var complaint: String? {
            guard result.exitCode == 69 else { return nil }
            let lines = result.standardError.split(separator: "\n")
            return "\(arguments[0]) gave up: \(lines.first { $0.hasPrefix("hotcold: ") } ?? "")"
        }

        var report: BSONDocument? { try? ExtendedJSONQuery.parseDocument(result.standardOutput) }

        /// A number of the only collection's report.
        func number(_ name: String) -> Int {
            Int(report?["collections"]?.array?.first?.document?[name]?.integer ?? 0)
        }
    }
}

extension Command {
    /// What the command line says.
    ///
    /// - Parameter part: which of the parts of the archive comes back.
    fileprivate func arguments(part: Int) -> [String] {
        func query(_ parts: Int) -> String { #"{"_id": {"$mod": [\#(parts), \#(part % parts)]}}"# }
        switch self {
        case .migrate: return ["migrate", "--all"]
        case .replace: return ["migrate", "--all", "--on-conflict", "replace"]
        case .restore: return ["restore", "--collection", "items", "--query", query(3), "--hold-days", "0"]
        case .hold: return ["restore", "--collection", "items", "--query", query(40), "--hold-days", "30"]
        case .fix: return ["verify", "--collection", "items", "--fix"]
        }
    }
}
