internal import Glibc

/// Decides before each batch whether a run may go on, and keeps the books of how long it did not.
///
/// A run that is to work for a share of its time works in bursts and rests between them, with nothing in flight.
struct Throttle {
    /// A shorter rest is not worth an empty pipeline.
    private static let shortestRest = Duration.milliseconds(100)
    /// A shorter wait is the clock's, not the rate's.
    private static let shortestWait = Duration.milliseconds(5)
    private static let longestBatch = Duration.seconds(3)
    /// After so long it looks again whether a rest is still wanted.
    private static let longestRest = LoadWatch.interval

    private let settings: ThrottleSettings
    private let watched: @Sendable () -> [Strain]
    private var latency = LatencyWatch()
    /// Work, of one mover, that was not paid for by a rest.
    private var unpaid = Duration.zero
    private(set) var records = ThrottleRecords()

    /// - Parameter watched: what the servers ask for at the moment.
    init(_ settings: ThrottleSettings, watched: @escaping @Sendable () -> [Strain]) {
        self.settings = settings
        self.watched = watched
    }

    /// Time to let pass before the next batch.
    struct Rest: Equatable {
        var duration: Duration
        var strain: Strain
    }

    /// How many batches may be under way at a time.
    var mostAtATime: Int { watched().compactMap(\.batchesAtATime).min() ?? .max }

    /// The rest that is due, or a part of it; nil where the next batch may start.
    func rest() -> Rest? {
        guard let strain = strongest else { return nil }
        if strain.isPause { return Rest(duration: Self.longestRest, strain: strain) }
        let owed = unpaid * ((1 - strain.workShare) / strain.workShare)
        guard owed >= Self.shortestRest else { return nil }
        return Rest(duration: min(owed, Self.longestRest), strain: strain)
    }

    /// Takes note of a rest.
    mutating func rested(_ duration: Duration, for strain: Strain) {
        records.add(duration, strain)
        let share = strain.workShare
        // A pause pays for everything.
        unpaid = strain.isPause || share >= 1 ? .zero : max(.zero, unpaid - duration * (share / (1 - share)))
    }

    /// Takes note of time that passed for `--max-rate`.
    mutating func waited(_ duration: Duration) {
        if duration >= Self.shortestWait { records.add(duration, .maximumRate) }
    }

    /// Takes note of a batch that was started as one of so many side by side.
    mutating func learn(_ documents: Int, bytes: Int, took whole: Duration, sideBySide: Int) {
        // What is longer was spent waiting for a server that was away, not working.
        let duration = min(whole, Self.longestBatch)
        latency.learn(documents, bytes: bytes, took: duration)
        guard let strain = strongest, !strain.isPause, strain.workShare < 1 else {
            unpaid = .zero
            return
        }
        unpaid += duration / Double(max(1, sideBySide))
    }

    /// What asks for most; niceness adds to whatever else is asked, but for what it is itself about: other clients.
    private var strongest: Strain? {
        let asked = others
        if let pause = asked.filter(\.isPause).min(by: { $0.headroom < $1.headroom }) { return pause }
        let slower = asked.map { strain in
            guard settings.nice > 0, strain.reason != .otherClients else { return strain }
            var strain = strain
            strain.workShare = max(strain.workShare * settings.niceShare, 0.01)
            return strain
        }
        let nice = settings.nice > 0 ? [Strain(.nice, workShare: settings.niceShare, "--nice \(settings.nice)")] : []
        return (slower + nice).min { $0.workShare < $1.workShare }
    }

    private var others: [Strain] {
        let asked = watched() + [latency.strain].compactMap(\.self)
        // Swift passes the path as a NUL-terminated copy that lives for the call.
        guard let file = settings.pauseFile, unsafe access(file, F_OK) == 0 else { return asked }
        return [Strain(.pauseFile, workShare: 0, "\(file) is there")] + asked
    }
}

/// For how long a run did less than it could, and why.
public struct ThrottleRecords: Equatable, Sendable {
    /// What became of one reason.
    public struct Record: Equatable, Sendable {
        /// How long it kept the run from working.
        public var duration = Duration.zero
        /// The metric when it was worst; nil where there is none.
        public var detail: String?
        fileprivate var leastHeadroom = Double.infinity
    }

    private var records: [ThrottleReason: Record] = [:]

    /// Creates records of a run that was never throttled.
    public init() {}

    /// What there is, in the order of the reasons.
    public var all: [(reason: ThrottleReason, record: Record)] {
        ThrottleReason.allCases.compactMap { reason in records[reason].map { (reason, $0) } }
    }

    mutating func add(_ duration: Duration, _ strain: Strain) {
        var record = records[strain.reason] ?? Record()
        record.duration += duration
        if strain.headroom < record.leastHeadroom {
            record.detail = strain.detail
            record.leastHeadroom = strain.headroom
        }
        records[strain.reason] = record
    }

    mutating func add(_ duration: Duration, _ reason: ThrottleReason) {
        records[reason, default: Record()].duration += duration
    }
}
