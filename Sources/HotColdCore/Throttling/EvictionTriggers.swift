internal import Mongo

/// From which shares of its cache on WiredTiger makes the threads of clients evict pages.
///
/// From there on others wait for what a run does. A server's settings may be its own: one that lets changes lie longer is
/// in no trouble where another one would be.
struct EvictionTriggers: Equatable, Sendable {
    /// Pages with changes.
    private(set) var dirty = 0.20
    private var ownUpdates: Double?
    /// All pages.
    private(set) var used = 0.95

    /// Changes that are not on a page yet: half of that, unless a server has a setting of its own.
    var updates: Double { ownUpdates ?? dirty / 2 }

    /// WiredTiger's defaults.
    init() {}

    /// Those of a server.
    ///
    /// - Parameters:
    ///   - configurations: its engine's configuration strings, the later over the earlier.
    ///   - cacheBytes: what its cache may hold: numbers up to 100 are percent of it, larger ones bytes.
    init(_ configurations: [String], cacheBytes: Double) {
        for setting in configurations.joined(separator: ",").split(whereSeparator: { ",()".contains($0) }) {
            let parts = setting.split(separator: "=").map { $0.filter { !$0.isWhitespace } }
            guard parts.count == 2, let number = Self.number(parts[1]) else { continue }
            let share = number <= 100 ? number / 100 : min(number / cacheBytes, 1)
            switch parts[0] {
            case "eviction_dirty_trigger" where share > 0: dirty = share
            case "eviction_updates_trigger": ownUpdates = share > 0 ? share : nil
            case "eviction_trigger" where share > 0: used = share
            default: break
            }
        }
    }

    /// `20`, `512M`, `1GB`: WiredTiger's numbers.
    private static func number(_ text: String) -> Double? {
        let digits = text.prefix(while: \.isNumber)
        guard let number = Double(digits) else { return nil }
        let unit = text.dropFirst(digits.count).uppercased()
        guard let power = ["", "K", "M", "G", "T", "P"].firstIndex(where: { [$0, $0 + "B"].contains(unit) }) else {
            return nil
        }
        return (0..<power).reduce(number) { product, _ in product * 1024 }
    }
}

/// A server's own settings of its storage engine.
struct EngineSettings: Sendable {
    private static let runtimeConfiguration = "wiredTigerEngineRuntimeConfig"
    private static let dirtyMaximum = "wiredTigerEvictionDirtyMaxGB"
    /// Those to ask `getParameter` for.
    static let parameters = [runtimeConfiguration, dirtyMaximum]

    private var options: String?
    private var gigabytes: String?
    private var parameter: String?

    /// Reads a reply to `getCmdLineOpts`.
    mutating func readOptions(_ reply: BSONDocument) {
        let engine = reply["parsed"]?.document?["storage"]?.document?["wiredTiger"]?.document?["engineConfig"]?.document
        options = engine?["configString"]?.string
    }

    /// Reads a reply to `getParameter`, which knows the last string that was set, and none before.
    mutating func readParameters(_ reply: BSONDocument) {
        parameter = reply[Self.runtimeConfiguration]?.string
        gigabytes = reply[Self.dirtyMaximum]?.number.map { "eviction_dirty_trigger=\(Int64(saturating: $0 * 1024))M" }
    }

    /// The engine's configuration strings, the later over the earlier.
    var configurations: [String] { [gigabytes, options, parameter].compactMap(\.self) }
}
