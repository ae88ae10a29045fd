internal import HotColdCore

/// One JSON document that is printed as it is made, because its list may be long: equal to what `StructuredValue.json`
/// would make of the whole.
///
/// ```swift
/// var document = StreamedDocument([.init("schema_version", 1)], list: "runs")
/// console.output(document.text(adding: someRuns))
/// console.output(document.text(endingWith: [.init("status", "completed")]))
/// ```
struct StreamedDocument {
    /// Whether a part was given out already, so that the document has to be completed.
    private(set) var hasBegun = false

    private let head: [StructuredValue.Member]
    private let list: String
    private var isEmpty = true

    /// Prepares a document of some members, then a list.
    init(_ head: [StructuredValue.Member], list: String) {
        self.head = head
        self.list = list
    }

    /// The next part of the document: more elements of the list.
    mutating func text(adding elements: [StructuredValue]) -> String {
        var text = beginning()
        for element in elements {
            text += (isEmpty ? "\n" : ",\n") + indented(element.json(), by: 4)
            isEmpty = false
        }
        return text
    }

    /// The last part of the document: the end of the list and the members behind it.
    mutating func text(endingWith tail: [StructuredValue.Member]) -> String {
        let members = tail.map { member in
            ",\n" + indented("\(StructuredValue.string(member.name).json()): \(member.value.json())", by: 2)
        }
        return beginning() + (isEmpty ? "]" : "\n  ]") + members.joined() + "\n}\n"
    }

    private mutating func beginning() -> String {
        guard !hasBegun else { return "" }
        hasBegun = true
        // Without what closes the empty list and the object.
        return String(StructuredValue.object(head + [.init(list, [])]).json().dropLast("]\n}".count))
    }

    /// The lines of a value's JSON, in which no string has a line end.
    private func indented(_ json: String, by width: Int) -> String {
        let blanks = String(repeating: " ", count: width)
        return blanks + json.replacing("\n", with: "\n" + blanks)
    }
}
