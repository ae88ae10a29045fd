internal import HotColdCore

/// Why a command ended without a report, in the form that both the terminal and `--json` show.
struct Failure: Error {
    let code: ExitCode
    let message: String
    let hint: String?

    init(_ code: ExitCode, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    init(_ loss: Console.OutputLoss) {
        self.init(.outputLost, "standard output could not be written: \(loss.reason)")
    }

    init(_ error: UsageError) { self.init(.usage, error.message, hint: error.hint) }

    init(_ error: MigrationError) { self.init(ExitCode(error), "\(error)", hint: error.hint) }

    /// How an `_id` is written that names no document as it stands.
    static let idHint = #"an _id that is no text is written as JSON: 42, {"$oid": "…"}, {"$uuid": "…"}"#

    /// What a run left behind that did all the rest.
    init(leftBehindBy report: CollectionReport) {
        let counts = report.counts
        let others = report.problemCount - counts.conflicts - counts.failed
        let kinds = Quantity.parts(
            [
                (counts.conflicts, "conflict\(counts.conflicts == 1 ? "" : "s")"), (counts.failed, "failed"),
                (others, "not found or not settled"),
            ],
            separator: ", "
        )
        let number = max(report.problemCount, counts.conflicts + counts.failed)
        self.init(
            .leftBehind,
            "left \(Quantity.documents(number)) behind: \(kinds)",
            hint: report.isDryRun ? nil : Self.place(of: report)
        )
    }

    /// Where the documents that were left behind are named with their reasons.
    private static func place(of report: CollectionReport) -> String {
        if let file = report.problemsFile { return "\(file.shown) names them with their reasons" }
        let history = "\(AdvisedCommand.line("stats", "--history --json")) names"
        let listed = report.problems.count
        guard report.problemCount > listed else { return "\(history) them with their reasons" }
        return "\(history) the first \(listed) with their reasons, --problems FILE all"
    }

    /// The one JSON document of a command that failed.
    func json(command: String?) -> String {
        let document: StructuredValue = [
            "schema_version": 1, "command": command.map(StructuredValue.string) ?? .null,
            "status": .string(code.status().rawValue),
            "error": structured,
        ]
        return document.json() + "\n"
    }

    /// The `error` of reports.
    var structured: StructuredValue {
        [
            "code": .int(Int64(code.rawValue)), "message": .string(message),
            "hint": hint.map(StructuredValue.string) ?? .null,
        ]
    }

    /// What standard error gets: a paragraph, or just a line for those who want to hear of nothing but failures.
    func text(_ verbosity: GlobalOptions.Verbosity) -> String { verbosity == .quiet ? line : text }

    /// One paragraph for standard error.
    var text: String { "hotcold: \(message)\n" + (hint.map { "  \($0)\n" } ?? "") }

    /// One line for standard error, whatever lines message and hint have.
    var line: String { "hotcold: " + (hint.map { "\(message) (\($0))" } ?? message).inOneLine + "\n" }
}

extension ExitCode {
    /// The code that stands for an error: the one place where this is decided.
    init(_ error: MigrationError) {
        self =
            switch error {
            case .unsuitable, .refusedThroughout: .leftBehind
            case .selectionRefused, .misconfigured: .configuration
            case .queryRefused: .usage
            case .busy, .leaseLost, .seatLost, .pausedForTooLong: .busy
            case .differingBytes: .differingBytes
            case .unavailable, .outcomeUnknown: .unavailable
            case .refused: .refused
            case .bug: .bug
            }
    }

    /// The code of a collection's report.
    init(_ report: CollectionReport) {
        if let error = report.error {
            self.init(error)
        } else {
            self = report.status == .partial ? .leftBehind : .ok
        }
    }

    /// One code for several outcomes: the worst, in the order that operators want to hear of them.
    static func worst(_ codes: some Sequence<ExitCode>) -> ExitCode {
        let codes = Set(codes)
        let order: [ExitCode] = [
            .bug, .differingBytes, .refused, .unavailable, .configuration, .usage, .busy, .leftBehind,
            .outputLost,
        ]
        return order.first(where: codes.contains) ?? .ok
    }
}

extension ExitCode {
    /// The `status` of reports that goes with the code.
    ///
    /// - Parameter stopped: whether a run ended where the operator asked.
    func status(stopped: Bool = false) -> RunStatus {
        switch self {
        case .ok: stopped ? .stopped : .completed
        case .leftBehind: .partial
        case .hungUp, .interrupted, .terminated: .interrupted
        case .usage, .differingBytes, .unavailable, .bug, .outputLost, .busy, .refused, .configuration: .failed
        }
    }
}
