extension String {
    /// The sentences of a paragraph, each with its full stop.
    var sentences: [String] {
        var sentences: [String] = []
        var rest = self[...]
        while let end = rest.firstRange(of: ". ") {
            sentences.append(rest[..<end.lowerBound] + ".")
            rest = rest[end.upperBound...]
        }
        return sentences + [String(rest)]
    }

    /// The first sentence without its full stop, for a menu.
    var gist: String {
        let first = sentences.first ?? self
        return first.hasSuffix(".") ? String(first.dropLast()) : first
    }
}
