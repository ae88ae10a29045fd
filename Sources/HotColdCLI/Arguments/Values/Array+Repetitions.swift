extension [String] {
    /// The elements in their order, each only where it occurs first.
    var withoutRepetitions: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
