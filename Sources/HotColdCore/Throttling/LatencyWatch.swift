/// How long the servers take for documents, by number and size, against the first batches of the run.
///
/// It sees what no metric of theirs shows: a busy disk, a neighbour on the machine, a slow network.
struct LatencyWatch {
    /// The median of so many batches is what others are measured against.
    private static let batchesOfBaseline = 10
    /// Batches of a few documents say nothing: a round trip is most of their time.
    private static let leastDocuments = 10
    /// How much a batch counts against those before it.
    private static let weight = 0.125
    /// Slower by these factors: work less, and as little as a run does that does not pause.
    private static let slowFrom = 3.0
    private static let slowest = 10.0

    private var first: [Double] = []
    private var baseline: Double?
    private var current = 0.0

    /// Takes note of a batch.
    mutating func learn(_ documents: Int, bytes: Int, took duration: Duration) {
        guard documents >= Self.leastDocuments else { return }
        // A kB costs about as much as a document.
        let seconds = duration.seconds / (Double(documents) + Double(bytes) / 1000)
        if let baseline {
            // A batch that waited for an election tells nothing about those after it.
            current += Self.weight * (min(seconds, Self.slowest * baseline) - current)
            return
        }
        first.append(seconds)
        guard first.count == Self.batchesOfBaseline else { return }
        current = first.sorted()[first.count / 2]
        baseline = current
    }

    /// Never a pause: a run that pauses learns no more.
    var strain: Strain? {
        guard let baseline, baseline > 0 else { return nil }
        let factor = current / baseline
        guard factor > Self.slowFrom else { return nil }
        let share = (Self.slowest - factor) / (Self.slowest - Self.slowFrom)
        return Strain(
            .latency,
            workShare: max(share, Strain.leastShare),
            "a batch takes \(Self.tenths(factor)) times as long as at first"
        )
    }

    private static func tenths(_ factor: Double) -> String {
        let tenths = Int((factor * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
