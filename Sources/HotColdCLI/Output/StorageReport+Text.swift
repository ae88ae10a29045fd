internal import HotColdCore

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
    var mostReusable: TierStorage? {
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
            "all hot data is \(Quantity.bytes(valueBytes)), \(isRaised ? "above" : "not above") the threshold of"
                + " \(Quantity.number(thresholdGB)) GB"
        }
    }
}
