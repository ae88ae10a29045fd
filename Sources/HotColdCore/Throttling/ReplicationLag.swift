internal import Mongo

/// How far the members of a replica set are behind their primary, by the reply to `replSetGetStatus`.
struct ReplicationLag: Equatable {
    /// The member that is furthest behind.
    struct Member: Equatable {
        /// Its host and port.
        var name: String
        /// How far it is behind, beyond a delay that it is configured with; nil where nobody knows, since it is down and
        /// was not seen before.
        var lag: Duration?
        /// Whether the primary has not heard of it.
        var isDown: Bool
    }

    /// nil where the primary is alone.
    var worst: Member?

    /// Reads one reply after another, and remembers where members were that are down since.
    struct Reader {
        /// What each member was configured to be behind, by its name.
        private var delays: [String: Duration] = [:]
        /// Members without data, by their names: one that is down says no more of itself.
        private var arbiters: Set<String> = []
        private var lastSeen: [String: Int64] = [:]

        init() {}

        /// The states of members that take no part (an arbiter, one that was removed) or begin from the start anyway.
        private static let uncounted: Set<Int64> = [0, 5, 7, 10]
        /// Where nobody writes, a primary writes a no-op this often: a member with a delay is behind by up to that more.
        private static let noOps = Duration.seconds(10)
        private static let primary: Int64 = 1
        private static let down: Set<Int64> = [6, 8]

        /// Takes note of the reply of a primary.
        mutating func read(_ status: BSONDocument) -> ReplicationLag {
            let members = (status["members"]?.array ?? []).compactMap(\.document)
            guard let own = members.first(where: { $0["state"]?.quantity == Self.primary }).flatMap(Self.moment) else {
                return ReplicationLag()
            }
            var result = ReplicationLag()
            for member in members {
                guard let state = member["state"]?.quantity, let name = member["name"]?.string,
                    !Self.uncounted.contains(state), !arbiters.contains(name)
                else { continue }
                let isDown = Self.down.contains(state) || member["health"]?.number == 0
                // The primary's too: it may be the next to go. Of a member that it can't reach a primary says 1970.
                if !isDown, let moment = Self.moment(member) { lastSeen[name] = moment }
                guard state != Self.primary else { continue }
                let behind = lastSeen[name].map { Duration.milliseconds(own - $0) - (delays[name] ?? .zero) }
                let found = Member(name: name, lag: behind.map { max($0, .zero) }, isDown: isDown)
                if result.worst.map({ found.isWorse(than: $0) }) ?? true { result.worst = found }
            }
            return result
        }

        /// When the last write was made that a member has; nil for what is in no calendar.
        private static func moment(_ member: BSONDocument) -> Int64? {
            member["optimeDate"]?.dateMilliseconds.flatMap { $0 > 0 && Deployment.calendar.contains($0) ? $0 : nil }
        }

        /// Takes note of delays and arbiters in the reply to `replSetGetConfig`.
        mutating func readConfiguration(_ reply: BSONDocument) {
            delays = [:]
            arbiters = []
            for member in (reply["config"]?.document?["members"]?.array ?? []).compactMap(\.document) {
                guard let name = member["host"]?.string else { continue }
                if member["arbiterOnly"]?.bool == true { arbiters.insert(name) }
                // Before 5.0 it was called slaveDelay.
                let seconds = (member["secondaryDelaySecs"] ?? member["slaveDelay"])?.quantity ?? 0
                if seconds > 0 { delays[name] = .seconds(seconds) + Self.noOps }
            }
        }
    }
}

extension ReplicationLag.Member {
    fileprivate func isWorse(than other: ReplicationLag.Member) -> Bool {
        guard let lag else { return other.lag != nil }
        return other.lag.map { lag > $0 } ?? false
    }
}
