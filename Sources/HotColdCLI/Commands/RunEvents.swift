internal import HotColdCore

/// Tells the programs of `on_event` how a run goes; of a dry run they hear nothing.
struct RunEvents {
    let context: CommandContext
    let isDryRun: Bool

    /// The run has a server to work with, and begins.
    func tellOfStart(_ run: String, of collections: [CollectionConfiguration], stop: StopRequest) async {
        guard !isDryRun else { return }
        let document: StructuredValue = [
            "schema_version": 1, "command": .string(context.name.rawValue), "run_id": .string(run),
            "collections": .array(collections.map { .string($0.name) }),
        ]
        await context.tell(of: .start, report: document.json() + "\n", variables: ["HOTCOLD_RUN_ID": run], stop: stop)
    }

    /// The run pauses, and has for a while.
    func tellOfPause(_ run: String, of collection: String, for strain: Strain, stop: StopRequest) async {
        guard !isDryRun else { return }
        let document: StructuredValue = [
            "schema_version": 1, "command": .string(context.name.rawValue), "run_id": .string(run),
            "collections": [.string(collection)], "paused_by": .string(strain.reason.rawValue),
            "reason": .string(strain.detail),
        ]
        await context.tell(
            of: .pause,
            report: document.json() + "\n",
            variables: ["HOTCOLD_RUN_ID": run, "HOTCOLD_PAUSED_BY": strain.reason.rawValue],
            stop: stop
        )
    }

    /// The run has ended, with its report.
    func tellOfEnd(_ code: ExitCode, _ status: RunStatus, report: String, run: String) async {
        await tell(code == .ok ? .success : .failure, code, status, report: report, run: run)
    }

    /// There was nothing to work with.
    func tellOf(_ failure: Failure) async {
        let report = failure.json(command: context.name.rawValue)
        await tell(.failure, failure.code, failure.code.status(), report: report, run: nil)
    }

    private func tell(
        _ event: RunEvent,
        _ code: ExitCode,
        _ status: RunStatus,
        report: String,
        run: String?
    ) async {
        guard !isDryRun else { return }
        // Not with the run's stop request: who is told of a run that was stopped is not to be stopped by that.
        await context.tell(
            of: event,
            report: report,
            variables: [
                "HOTCOLD_RUN_ID": run, "HOTCOLD_STATUS": status.rawValue, "HOTCOLD_EXIT_CODE": "\(code.rawValue)",
            ]
        )
    }
}
