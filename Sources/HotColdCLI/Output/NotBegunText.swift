/// The collections whose turn did not come, for people.
struct NotBegunText {
    private let names: [String]
    private let style: TextStyle

    init(_ names: [String], style: TextStyle) {
        self.names = names
        self.style = style
    }

    /// The text, ending with a newline; empty where there are none.
    var text: String {
        guard !names.isEmpty else { return "" }
        let lines = names.joined(separator: ", ").harmless.wrapped(at: style.width - 2)
        return "Not begun: \(Quantity.count(names.count, "collection"))\n" + lines.map { "  \($0)\n" }.joined()
    }
}
