/// Why a run does less than it could; the raw values are the keys of `throttled_seconds` in reports.
public enum ThrottleReason: String, CaseIterable, Sendable {
    /// `--pause-file` is there.
    case pauseFile = "pause_file"
    /// A member of a replica set is behind, or down.
    case replicationLag = "replication_lag"
    /// The server holds writes back itself, since the majority of its members is behind.
    case flowControl = "flow_control"
    /// The server's cache is so full of changes that its clients soon have to make room in it.
    case cachePressure = "cache_pressure"
    /// Others want the server too, and it has not enough for all.
    case otherClients = "other_clients"
    /// Little room is left on the disk that documents go to.
    case diskSpace = "disk_space"
    /// The oplog reaches back for a short time only.
    case oplogWindow = "oplog_window"
    /// The servers take much longer for a batch than for the first ones.
    case latency
    /// `--nice`.
    case nice
    /// `--max-rate`.
    case maximumRate = "max_rate"
}

/// What one observation asks of a run.
public struct Strain: Equatable, Sendable {
    /// What kind of observation it is.
    public var reason: ThrottleReason
    /// The share of its time that the run may still work: 0 is to pause, 1 not to mind.
    public var workShare: Double
    /// The metric and its limit, such as `db2:27017 is 14 s behind (limit 10 s)`.
    public var detail: String

    /// The same without bounds, which tells what is bad from what is worse.
    var headroom: Double

    /// How many batches may be under way at a time; nil for as many as the run has movers.
    var batchesAtATime: Int?

    /// Whether nothing may be started.
    public var isPause: Bool { workShare <= 0 }

    /// Below this share a run pauses: what is less than a tenth is not worth the trouble.
    static let leastShare = 0.1

    /// Slows down from a value on, pauses from a limit on, and goes down evenly from one to the other.
    init?(_ reason: ThrottleReason, _ value: Double, slowFrom: Double, pauseAt: Double, _ detail: String) {
        guard value > slowFrom else { return nil }
        let share = (pauseAt - value) / (pauseAt - slowFrom)
        self.init(reason, workShare: share < Self.leastShare ? 0 : share, detail)
        headroom = share
    }

    /// Asks for a share.
    init(_ reason: ThrottleReason, workShare: Double, _ detail: String) {
        self.reason = reason
        self.workShare = workShare
        self.detail = detail
        headroom = workShare
    }
}
