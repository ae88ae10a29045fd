/// Holds what a scan has handed out against the sum of all fates, so that a document that is lost count of, or counted
/// twice, can't go unsaid.
struct ScanTally: Sendable, Equatable {
    /// Documents that were handed out again since they had changed: their first fate is struck out.
    private(set) var again = 0
    /// Documents of batches that a failure or a stop has ended before their fate was decided.
    private(set) var undecided = 0

    /// Takes a batch back.
    ///
    /// - Parameters:
    ///   - count: how many documents it was given.
    ///   - again: how many of them had been counted as changed before.
    mutating func settle(_ outcome: BatchOutcome, of count: Int, again: Int) {
        self.again += again
        // More fates than documents are left for the comparison to find.
        if !outcome.isComplete { undecided += max(0, count - outcome.counts.decided) }
    }

    /// How many different documents have a fate, when so many were handed out and all batches are back.
    func scanned(of handedOut: Int) -> Int { handedOut - again - undecided }

    /// What is wrong with the counts of a run; nil where they add up.
    func mismatch(_ counts: MoveCounts, handedOut: Int) -> MigrationError? {
        let scanned = scanned(of: handedOut)
        guard scanned != counts.decided else { return nil }
        return .bug(
            "the numbers of this run do not add up: \(scanned.grouped) documents were looked at, and the fates of"
                + " \(counts.decided.grouped) are counted"
        )
    }
}
