/// A line of a report: what it is about, and what is to be said of it.
struct Fact {
    let label: String
    let value: String

    init(_ label: String, _ value: String) {
        self.label = label
        self.value = value
    }

    /// The line, its value in one column with those of other facts.
    var line: String { "  \(label.padded(to: 11)) \(value)" }
}
