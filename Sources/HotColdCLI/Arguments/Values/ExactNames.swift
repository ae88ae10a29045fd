extension String {
    /// Whether two names have the same bytes, as the server compares them: Swift's strings are equal where they look the
    /// same.
    func hasBytes(of other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension [String] {
    /// The names in their order, each only where it occurs first.
    var withoutRepetitions: [String] {
        var seen: Set<[UInt8]> = []
        return filter { seen.insert(Array<UInt8>($0.utf8)).inserted }
    }

    /// Whether a name is one of them.
    func has(_ name: String) -> Bool { contains { $0.hasBytes(of: name) } }
}
