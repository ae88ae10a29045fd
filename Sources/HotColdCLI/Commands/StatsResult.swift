internal import HotColdCore

/// What `stats` found, and what became of telling others: printed, and turned into an exit code.
struct StatsResult {
    /// What became of a mail.
    struct Notification {
        /// Who was to be told by mail; nil where only a program is told.
        let address: String?
        /// The changes that were told.
        var told: [AlertChange] = []
        /// Why not all was told.
        var failure: Failure?
    }

    let snapshot: MetricsSnapshot
    /// The file that metrics were to be written to.
    var metricsFile: String?
    /// Why they were not.
    var metricsFailure: Failure?
    /// What became of the mail, where one was asked for.
    var notification: Notification?

    /// The signal that ended the wait for a mail, as an exit code.
    var interruption: ExitCode?

    /// Everything that went wrong, in the order of the work.
    var failures: [Failure] {
        let storage = snapshot.storage.errors.map { Failure($0) }
        let activity = snapshot.activities.compactMap { activity in
            activity.error.map { error in
                let failure = Failure(error)
                let message = "metrics of \(activity.collection.shown) are incomplete: \(failure.message)"
                return Failure(failure.code, message, hint: failure.hint)
            }
        }
        return storage + activity + [metricsFailure, notification?.failure].compactMap(\.self)
    }

    /// The exit code: an alert alone is none, and a signal is one where something was left undone by it.
    var code: ExitCode {
        let worst = worst
        return worst == .leftBehind ? interruption ?? worst : worst
    }

    private var worst: ExitCode { .worst(failures.map(\.code)) }

    /// The document that `--json` prints.
    var structured: StructuredValue {
        let failures = failures
        let report = snapshot.storage.structured(status: code.status()) { ExitCode($0).rawValue }
        guard case .object(var members) = report else { return report }
        if let metricsFile { members.append(.init("prometheus", ["file": .string(metricsFile)])) }
        if let notification {
            let mails = notification.told.map { change -> StructuredValue in
                [
                    "kind": .string(change.watch.kind.rawValue),
                    "change": .string(change.isOver ? "over" : "raised"),
                ]
            }
            members.append(
                .init(
                    "notification",
                    ["to": notification.address.map(StructuredValue.string) ?? .null, "sent": .array(mails)]
                )
            )
        }
        members.append(.init("errors", .array(failures.map(\.structured))))
        members.append(.init("error", failures.first { $0.code == worst }?.structured ?? .null))
        return .object(members)
    }
}

extension Failure {
    /// A result that did not get where it should: the report is there all the same.
    init(_ error: DeliveryError) { self.init(.leftBehind, error.message, hint: error.hint) }
}
