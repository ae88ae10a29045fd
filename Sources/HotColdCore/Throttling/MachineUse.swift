internal import Mongo

/// What a server's machine has done since it was started; two of them tell how busy its processors were in between.
///
/// It is of all processes there, those beside the server too. Servers on Linux read it once a second from `/proc/stat`
/// for their diagnostic data (MongoDB's "full time diagnostic data capture").
struct MachineUse {
    private let started: Double?
    private let idle: Duration
    private let all: Duration

    /// Reads a reply to `getDiagnosticData`; nil where it does not tell, as where a server does not collect any.
    init?(_ reply: BSONDocument) {
        let data = reply["data"]?.document
        guard let processors = data?["systemMetrics"]?.document?["cpu"]?.document else { return nil }
        started = processors["btime"]?.number
        func sum(_ names: [String]) -> Duration {
            names.reduce(.zero) { $0 + .milliseconds(Int64(saturating: processors[$1 + "_ms"]?.number ?? 0)) }
        }
        // Who waits for a disk leaves the processor to others.
        idle = sum(["idle", "iowait"])
        all = idle + sum(["user", "nice", "system", "irq", "softirq", "steal"])
    }

    /// Whether it is of the same moment.
    func isSame(as other: MachineUse) -> Bool { started == other.started && all == other.all }

    /// How busy the processors were since an earlier moment, of all that they could do; nil where none has passed, or the
    /// machine is another one, or was started again.
    func busyShare(since earlier: MachineUse) -> Double? {
        let (passed, idled) = (all - earlier.all, idle - earlier.idle)
        guard started == earlier.started, passed > .zero, idled >= .zero, idled <= passed else { return nil }
        return 1 - idled / passed
    }
}

/// Follows a machine from look to look.
struct MachineWatch {
    /// A server that is late with its next reading is a busy one: the last one holds for so many looks more.
    private static let looksOfMemory = 10

    private var last: MachineUse?
    private var share: Double?
    private var looksSince = 0

    /// Takes note of a look.
    ///
    /// - Returns: how busy the processors are, of all that they could do; nil where it is not known.
    mutating func learn(_ now: MachineUse?) -> Double? {
        if let now, let last, now.isSame(as: last) {
            looksSince += 1
            return looksSince <= Self.looksOfMemory ? share : nil
        }
        looksSince = 0
        share = last.flatMap { now?.busyShare(since: $0) }
        last = now
        return share
    }
}
