internal import HotColdCore

/// Lines about single documents, as all reports have them.
enum ProblemText {
    /// A line about a document, with a label that may be styled.
    static func line(_ label: String, _ id: StructuredValue, _ reason: String) -> String {
        "  \(label) \(identifier(id)): \(reason.shortened(to: 200))"
    }

    /// A line for those that are not listed; none where all are.
    ///
    /// - Parameter file: the one that names all.
    static func others(of count: Int, listed: Int, file: String?) -> [String] {
        guard count > listed else { return [] }
        let place = file.map { "all are in \($0.shown)" } ?? "--problems FILE names all"
        return ["  … and \(Quantity.count(count - listed)) more of these; \(place)"]
    }

    /// An `_id` on one line, as Extended JSON.
    static func identifier(_ id: StructuredValue) -> String { id.json(.compact).shortened(to: 60) }
}
