internal import HotColdCore

/// What `stats` found, for people: alerts and totals first, then a table of the tiers, then what to look at.
struct StatsText {
    private let result: StatsResult
    private let style: TextStyle

    init(_ result: StatsResult, style: TextStyle = .plain) {
        self.result = result
        self.style = style
    }

    private var report: StorageReport { result.snapshot.storage }

    /// The text, ending with a newline.
    var text: String {
        let alerts = report.alerts.map { style.red("alert:") + " \($0.text)\n" }.joined()
        let notes = (missing + quarantined + told).map { "  \($0)\n" } + hints.map { "  hint: \($0)\n" }
        return alerts + style.bold(report.overview) + "\n" + report.table.text(style: style) + notes.joined()
    }

    private var missing: [String] {
        report.collections.compactMap { storage in
            let (hot, cold) = ("\(storage.hot.namespace)".shown, "\(storage.cold.namespace)".shown)
            return switch (storage.hot.outcome, storage.cold.outcome) {
            case (.missing, .missing): "neither \(hot) nor \(cold) exists"
            case (.missing, _): "\(hot) does not exist"
            case (.measured, .missing): "\(cold) does not exist: the next migration makes it"
            case (.measured, _), (.failed, _): nil
            }
        }
    }

    private var quarantined: [String] {
        report.collections.compactMap { storage in
            guard let usage = storage.quarantine, usage.documents > 0 else { return nil }
            let name = storage.collection.name.shown
            return "\(Quantity.documents(usage.documents)) of \(name) in quarantine, \(Quantity.bytes(usage.bytes)):"
                + " \(AdvisedCommand.line("quarantine list", on: storage.collection.name))"
        }
    }

    private var told: [String] {
        var lines: [String] = []
        if let file = result.metricsFile, result.metricsFailure == nil {
            lines.append("metrics written to \(file.shown)")
        }
        if let notification = result.notification {
            let telling =
                notification.address.map { "mail sent to \($0.shown)" } ?? "told the program of on_event.alert"
            lines += notification.told.map { "\(telling): \($0.subject)" }
        }
        return lines
    }

    private var hints: [String] {
        var hints: [String] = []
        if !report.alerts.isEmpty {
            hints.append("\(AdvisedCommand.line("migrate", "--all --dry-run")) says what would move")
        }
        if !report.monitoring.isEnabled { hints.append("monitoring is disabled in the configuration: no alerts") }
        if let file = result.metricsFile, !file.hasSuffix(".prom") {
            hints.append("node_exporter reads only files whose names end in .prom")
        }
        if let tier = report.mostReusable, let usage = tier.usage {
            let size = Quantity.bytes(usage.reusableBytes)
            hints.append(
                "\("\(tier.namespace)".shown) keeps \(size) free for new documents; this gives it back to the disk:"
                    + "\n        \(tier.compactCommand)"
                    + "\n        (on the member that it is run on; a primary wants force: true)"
            )
        }
        return hints
    }
}
