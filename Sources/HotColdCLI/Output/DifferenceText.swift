internal import HotColdCore

/// How the two versions of a document differ, for people.
struct DifferenceText {
    /// How many differences are shown.
    private static let shown = 50
    /// How many characters of a value are shown.
    private static let valueLength = 300

    private let difference: DocumentDifference
    /// The `_id` as it was typed.
    private let id: String
    private let style: TextStyle

    init(_ difference: DocumentDifference, id: String, style: TextStyle = .plain) {
        self.difference = difference
        self.id = id
        self.style = style
    }

    /// The text, ending with a newline.
    var text: String {
        var lines = [headline]
        lines += versions.map(\.line)
        let fields = difference.fields.prefix(Self.shown)
        lines += fields.flatMap(self.lines)
        let others = difference.fields.count - fields.count
        if others > 0 { lines.append("  … and \(Quantity.count(others)) more of these; --json has all") }
        if difference.verdict == .different {
            lines.append("  which of them is right only you know; one of")
            lines += ComparisonText.decision(of: difference.collection.name, selecting: AdvisedCommand.option("id", id))
                .map { "  \($0)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var headline: String {
        let name = style.bold(difference.collection.name.harmless)
        return "\(name) \(ProblemText.identifier(.bson(difference.id))): \(verdict)"
    }

    private var verdict: String {
        let collection = difference.collection
        switch difference.verdict {
        case .identical: return style.green("hot and archive have the same bytes")
        case .onlyHot: return "only in hot, \(collection.hot)"
        case .onlyCold: return "only in the archive, \(collection.cold)"
        case .different:
            return style.red("hot and archive differ in \(Quantity.count(difference.fields.count, "field"))")
        }
    }

    private var versions: [Fact] {
        guard difference.verdict == .different, let hot = difference.hotBytes, let cold = difference.coldBytes else {
            return []
        }
        return [
            Fact("hot", "\(difference.collection.hot), \(Quantity.bytes(Int64(hot)))"),
            Fact("archive", "\(difference.collection.cold), \(Quantity.bytes(Int64(cold)))"),
        ]
    }

    // MARK: Fields

    private func lines(of field: FieldDifference) -> [String] {
        let name = field.path.isEmpty ? "the document" : field.field
        let order = field.isOfOrder ? ": the same fields in another order" : ""
        // 1 and 1.0 look alike.
        let (hot, cold) = field.hotType == field.coldType ? (nil, nil) : (field.hotType, field.coldType)
        return ["  \(style.bold(name))\(order)"]
            + [line("hot", field.hotValue, hot), line("archive", field.coldValue, cold)]
    }

    private func line(_ label: String, _ value: StructuredValue?, _ type: String?) -> String {
        let text = value.map { $0.json(.compact).shortened(to: Self.valueLength) } ?? style.dim("not there")
        return "    \(label.padded(to: 9)) \(text)\(value == nil ? "" : type.map { "  (\($0))" } ?? "")"
    }
}
