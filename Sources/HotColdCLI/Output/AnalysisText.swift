internal import HotColdCore

/// What `analyze` tells people: what would move first, then where everything stands.
struct AnalysisText {
    private let report: AnalysisReport
    private let style: TextStyle

    init(_ report: AnalysisReport, style: TextStyle = .plain) {
        self.report = report
        self.style = style
    }

    /// The text, ending with a newline.
    var text: String {
        let texts = report.entries.map { entry in
            switch entry.outcome {
            case .success(let analysis): CollectionAnalysisText(analysis, style: style).text
            // What went wrong stands on standard error.
            case .failure:
                "\(style.bold(entry.collection.name.harmless)): \(style.red("not analyzed"))  \(entry.collection.hot)\n"
            }
        }
        return texts.isEmpty ? "No collections are configured.\n" : texts.joined(separator: "\n") + overview
    }

    /// Many collections in one table.
    private var overview: String {
        guard report.entries.count > 5 else { return "" }
        var table = TextTable([
            .left("collection"), .right("documents"), .right("would move"), .right("size"), .right("archived"),
        ])
        for entry in report.entries {
            let name = entry.collection.name.shown
            guard case .success(let analysis) = entry.outcome else {
                table.add(name, "–", "–", "–", "–")
                continue
            }
            table.add(
                name,
                Quantity.count(analysis.hot.volume.documents),
                Quantity.count(analysis.eligible.documents),
                Quantity.bytes(analysis.eligible.bytes),
                Quantity.count(analysis.cold.volume.documents)
            )
        }
        return "\n" + table.text(style: style)
    }
}

/// The part about one collection.
private struct CollectionAnalysisText {
    private let analysis: CollectionAnalysis
    private let style: TextStyle

    init(_ analysis: CollectionAnalysis, style: TextStyle) {
        self.analysis = analysis
        self.style = style
    }

    var text: String {
        var text = headline + "\n" + facts.map { $0.line + "\n" }.joined()
        guard analysis.hot.exists else { return text + warnings }
        text += "\n" + distribution
        text += histogram("age, by \(field(analysis.collection.policy.dateField))", analysis.ages)
        text += histogram("idle, by \(field(analysis.collection.policy.accessField))", analysis.idles)
        text += whatIfs + unexpectedTypes
        return text + warnings
    }

    private typealias Volume = CollectionAnalysis.Volume

    private var headline: String {
        let name = style.bold(analysis.collection.name.harmless)
        let place = "\(analysis.hot.namespace) → \(analysis.cold.namespace)"
        guard analysis.hot.exists else { return "\(name): nothing to analyze  \(place)" }
        let (eligible, about) = (analysis.eligible, analysis.sampled == nil ? "" : "about ")
        let all = Quantity.documents(analysis.hot.volume.documents)
        let share = analysis.hot.volume.documents > 0 ? " (\(Quantity.percent(analysis.eligiblePercent)))" : ""
        return "\(name): \(about)\(Quantity.count(eligible.documents)) of \(all)\(share) would move  \(place)"
    }

    private var facts: [Fact] {
        let policy = analysis.collection.policy
        var facts: [Fact] = []
        if analysis.eligible.documents > 0 {
            let gain = analysis.gain
            let files = "about \(Quantity.bytes(gain.storage)) of files and \(Quantity.bytes(gain.indexes)) of indexes"
            facts.append(Fact("would free", "\(Quantity.bytes(gain.data)) of documents, \(files)"))
            facts.append(dates("dates", analysis.eligibleDates))
        }
        facts.append(Fact("policy", policy.summary))
        facts.append(Fact("as of", ISO8601.string(fromMilliseconds: analysis.asOf)))
        if let sampled = analysis.sampled {
            facts.append(Fact("estimated", "from \(Quantity.documents(sampled)) taken at random"))
        }
        if analysis.hot.exists {
            facts.append(
                Fact("index", analysis.servingIndex?.harmless ?? "none serves the policy: every document is looked at")
            )
        }
        facts += analysis.missingIndexes.map { Fact("to index", $0.command) }
        facts.append(Fact("archive", archive))
        if let dates = analysis.cold.dates { facts.append(self.dates("", dates)) }
        return facts.filter { !$0.value.isEmpty }
    }

    private var archive: String {
        guard analysis.cold.exists else { return "\(analysis.cold.namespace) does not exist" }
        return "\(volume(analysis.cold.volume)) in \(analysis.cold.namespace)"
    }

    private func dates(_ label: String, _ dates: CollectionAnalysis.Dates?) -> Fact {
        Fact(label, dates.map { analysis.collection.policy.dates(from: $0.oldest, to: $0.newest) } ?? "")
    }

    private func volume(_ volume: Volume) -> String {
        "\(Quantity.documents(volume.documents)), \(Quantity.bytes(volume.bytes))"
    }

    private func field(_ path: FieldPath?) -> String { path.map { "\($0)" } ?? "?" }

    // MARK: Tables

    private var distribution: String {
        let hasWarm = analysis.collection.policy.hasWarm || analysis.distribution[.warm]?.documents ?? 0 > 0
        let temperatures = Temperature.allCases.filter { $0 != .warm || hasWarm }
        var table = Self.table("in \(analysis.hot.namespace)")
        let longest = temperatures.map { analysis.distribution[$0]?.documents ?? 0 }.max() ?? 0
        for temperature in temperatures {
            table.add(row(temperature.rawValue, analysis.distribution[temperature] ?? Volume(), longest))
        }
        if analysis.held > 0 { table.add("cold, but held", Quantity.count(analysis.held), "", "") }
        if analysis.filteredOut > 0 {
            table.add("cold, but kept by the filter", Quantity.count(analysis.filteredOut), "", "")
        }
        return table.text(style: style)
    }

    private func histogram(_ title: String, _ buckets: [CollectionAnalysis.Bucket]) -> String {
        guard !buckets.isEmpty else { return "" }
        var table = Self.table(title)
        let longest = buckets.map(\.volume.documents).max() ?? 0
        for bucket in buckets where bucket.fromDays != nil || bucket.volume.documents > 0 {
            table.add(row(bucket.label, bucket.volume, longest))
        }
        return "\n" + table.text(style: style)
    }

    private var whatIfs: String {
        guard !analysis.whatIfs.isEmpty else { return "" }
        var table = Self.table("would move after")
        let longest = analysis.hot.volume.documents
        for whatIf in analysis.whatIfs { table.add(row(Quantity.days(whatIf.days), whatIf.volume, longest)) }
        return "\n" + table.text(style: style)
    }

    private var unexpectedTypes: String {
        guard !analysis.unexpectedTypes.isEmpty else { return "" }
        var table = TextTable([
            .left("without a usable date", atLeast: 28), .right("documents", atLeast: 13), .left(""),
        ])
        for found in analysis.unexpectedTypes {
            table.add("\(found.field)", Quantity.count(found.documents), found.words)
        }
        return "\n" + table.text(style: style)
    }

    private static func table(_ title: String) -> TextTable {
        TextTable([.left(title, atLeast: 28), .right("documents", atLeast: 13), .right("size", atLeast: 9), .left("")])
    }

    private func row(_ label: String, _ volume: Volume, _ longest: Int) -> [String] {
        let fraction = longest > 0 ? Double(volume.documents) / Double(longest) : 0
        let bar = barWidth > 0 ? Bar.text(fraction, width: barWidth) : ""
        return [label, Quantity.count(volume.documents), Quantity.bytes(volume.bytes), bar]
    }

    /// What the columns of numbers leave of a line; none where a bar would be too short to tell anything.
    private var barWidth: Int {
        let left = style.width - 58
        return left < 8 ? 0 : min(left, 24)
    }

    private var warnings: String {
        analysis.warnings.map { "  \(style.yellow("warning:")) \($0)\n" }.joined()
    }
}

extension Policy {
    /// Whether there can be documents that are neither hot nor cold.
    fileprivate var hasWarm: Bool { kind != .accessBased && hotThresholdDays < coldThresholdDays }
}

extension CollectionAnalysis.Bucket {
    fileprivate var label: String {
        switch (fromDays, toDays) {
        case (nil, _): "in the future"
        case (let from?, nil): "\(from) days and more"
        case (let from?, let to?): "\(from) to \(to) days"
        }
    }
}

extension CollectionAnalysis.UnexpectedType {
    fileprivate var words: String {
        switch reason {
        case .missing: "missing"
        case .null: "null"
        case .wrongType: "of type \(type)"
        case .noDate: "of type \(type), but no date"
        }
    }
}
