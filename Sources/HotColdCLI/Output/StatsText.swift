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
        let notes = (missing + told).map { "  \($0)\n" } + hints.map { "  hint: \($0)\n" }
        return alerts + style.bold(report.overview) + "\n" + report.table.text(style: style) + notes.joined()
    }

    private var missing: [String] {
        report.collections.compactMap { storage in
            let (hot, cold) = ("\(storage.hot.namespace)".shown, "\(storage.cold.namespace)".shown)
            return switch (storage.hot.outcome, storage.cold.outcome) {
            case (.missing, .missing): "neither \(hot) nor \(cold) exists"
            case (.missing, _): "\(hot) does not exist"
            case (.measured, .missing): "\(cold) does not exist yet: the first migration makes it"
            case (.measured, _), (.failed, _): nil
            }
        }
    }

    private var told: [String] {
        var lines: [String] = []
        if let file = result.metricsFile, result.metricsFailure == nil {
            lines.append("metrics written to \(file.shown)")
        }
        if let notification = result.notification {
            let address = notification.address.shown
            lines += notification.told.map { "mail sent to \(address): \($0.subject)" }
        }
        return lines
    }

    private var hints: [String] {
        var hints: [String] = []
        if !report.alerts.isEmpty { hints.append("hotcold migrate --all --dry-run says what would move") }
        if !report.monitoring.isEnabled { hints.append("monitoring is disabled in the configuration: no alerts") }
        if let file = result.metricsFile, !file.hasSuffix(".prom") {
            hints.append("node_exporter reads only files whose names end in .prom")
        }
        if let tier = report.mostReusable, let usage = tier.usage {
            let size = Quantity.bytes(usage.reusableBytes)
            hints.append(
                "\("\(tier.namespace)".shown) keeps \(size) free for new documents; this gives it back to the disk:"
                    + "\n        \(tier.compactCommand)"
            )
        }
        return hints
    }
}

extension StorageReport {
    /// The totals in a line.
    var overview: String {
        func tier(_ usage: StorageUsage) -> String {
            "\(Quantity.bytes(usage.dataBytes)) in \(Quantity.documents(Int(usage.documents)))"
        }
        return "hot \(tier(hot)), cold \(tier(cold))"
    }

    /// The tiers of each collection in two lines, and the totals where there are several.
    var table: TextTable {
        var table = TextTable([
            .left(""), .left(""), .right("documents"), .right("data"), .right("on disk"), .right("indexes"),
            .right("reusable"), .right("average"), .right("ratio"),
        ])
        for storage in collections {
            table.add([storage.collection.name.shown, "hot"] + cells(storage.hot.usage))
            table.add(["", "cold"] + cells(storage.cold.usage))
        }
        if collections.count > 1 {
            table.add(["all", "hot"] + cells(hot))
            table.add(["", "cold"] + cells(cold))
        }
        return table
    }

    private func cells(_ usage: StorageUsage?) -> [String] {
        guard let usage else { return [String](repeating: "–", count: 7) }
        let sizes = [usage.dataBytes, usage.storageBytes, usage.indexBytes, usage.reusableBytes].map(Quantity.bytes)
        return [Quantity.count(Int(usage.documents))] + sizes + [
            usage.documents > 0 ? Quantity.bytes(usage.averageDocumentBytes) : "–",
            usage.documents > 0 ? usage.compressionRatio.map(Quantity.ratio) ?? "–" : "–",
        ]
    }

    /// The tier with the most free space in its file, where that is a fifth of the file and at least 64 MB.
    fileprivate var mostReusable: TierStorage? {
        let tiers = collections.flatMap { [$0.hot, $0.cold] }
        let worthwhile = tiers.filter { tier in
            guard let usage = tier.usage else { return false }
            return usage.reusableBytes >= 64 << 20 && usage.reusableBytes >= usage.storageBytes / 5
        }
        return worthwhile.max { ($0.usage?.reusableBytes ?? 0) < ($1.usage?.reusableBytes ?? 0) }
    }
}

extension StorageWatch {
    /// What was measured and the threshold, in a line without a full stop.
    var text: String {
        switch kind {
        case .hotSize:
            "hot data is \(Quantity.bytes(valueBytes)), \(isRaised ? "above" : "not above") the threshold of"
                + " \(Quantity.number(thresholdGB)) GB"
        }
    }
}
