/// Returns the candidate that a mistyped word most probably meant, or nil when none is near.
///
/// Near means: at most a third of the longer word has to be typed differently (always at least one character), where
/// a character that is wrong, missing or superfluous counts one, and so do two neighbours that changed places. Case
/// does not count, but of two equally near candidates the one that agrees in case wins, then the earlier one.
///
/// ```swift
/// nearestMatch(to: "collecton", among: ["collection", "config"])  // "collection"
/// nearestMatch(to: "frobnicate", among: ["collection", "config"]) // nil
/// ```
///
/// - Parameters:
///   - word: What was typed. An empty word is near to nothing.
///   - candidates: The words that would have been right, in the order of preference.
/// - Returns: The nearest candidate, as it stands in `candidates`.
package func nearestMatch(to word: String, among candidates: some Sequence<String>) -> String? {
    let typed = Array(word)
    var best: (candidate: String, distance: Int, differencesInCase: Int)?
    for candidate in candidates {
        let meant = Array(candidate)
        let limit = max(1, max(typed.count, meant.count) / 3)
        // The distance is at least the difference in length: this also keeps a huge argument from costing anything.
        guard abs(typed.count - meant.count) <= limit else { continue }
        let distance = editDistance(from: Array(word.lowercased()), to: Array(candidate.lowercased()))
        // When nothing of the shorter word is left over, the two have nothing in common.
        guard distance <= limit, distance < min(typed.count, meant.count) else { continue }
        let differencesInCase = editDistance(from: typed, to: meant) - distance
        if let best, (best.distance, best.differencesInCase) <= (distance, differencesInCase) { continue }
        best = (candidate, distance, differencesInCase)
    }
    return best?.candidate
}

/// Counts the insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.
///
/// This is the "optimal string alignment" form of the Damerau-Levenshtein distance, in which no part of the word is
/// edited twice.
private func editDistance(from source: [Character], to target: [Character]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...target.count)
    for (row, typed) in source.enumerated() {
        var current = [row + 1]
        for (column, meant) in target.enumerated() {
            let substitution = previous[column] + (typed == meant ? 0 : 1)
            var distance = min(substitution, previous[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, typed == target[column - 1], source[row - 1] == meant {
                distance = min(distance, beforePrevious[column - 1] + 1)
            }
            current.append(distance)
        }
        (beforePrevious, previous) = (previous, current)
    }
    return previous[target.count]
}
