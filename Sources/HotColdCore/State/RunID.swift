/// Names of runs: sortable by time, unique across hosts.
public enum RunID {
    /// A new name for a run that starts at a time, such as `20261122T160000Z-9f3a01c7`.
    public static func make(at now: Int64) -> String {
        let time = ISO8601.string(fromMilliseconds: now / 1000 * 1000).filter { $0 != "-" && $0 != ":" }
        let random = String(UInt32.random(in: 0...UInt32.max), radix: 16)
        return "\(time)-\(String(repeating: "0", count: 8 - random.count))\(random)"
    }
}
