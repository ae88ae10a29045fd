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

    /// How busy the processors were since an earlier moment, of all that they could do; nil where none has passed, or the
    /// machine is another one, or was started again.
    func busyShare(since earlier: MachineUse) -> Double? {
        let (passed, idled) = (all - earlier.all, idle - earlier.idle)
        guard started == earlier.started, passed > .zero, idled >= .zero, idled <= passed else { return nil }
        return 1 - idled / passed
    }
}
