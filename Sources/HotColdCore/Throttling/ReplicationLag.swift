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

    /// The worst of those that are waited for; nil where there are none.
    var worst: Member?
    /// Those that are not waited for, since they are down and a majority has what is written without them.
    var excused: [String] = []

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
        /// Members that serve nobody, and catch up or not when they can: they recover or roll back.
        private static let outOfService: Set<Int64> = [3, 9]

        /// Takes note of the reply of a primary.
        mutating func read(_ status: BSONDocument) -> ReplicationLag {
            let members = (status["members"]?.array ?? []).compactMap(\.document)
            guard let own = members.first(where: { $0["state"]?.quantity == Self.primary }).flatMap(Self.moment) else {
                return ReplicationLag()
            }
            var result = ReplicationLag()
            let majority = Self.majorityLag(status)
            for member in members {
                guard let state = member["state"]?.quantity, let name = member["name"]?.string,
                    !Self.uncounted.contains(state), !arbiters.contains(name)
                else { continue }
                let isDown = Self.down.contains(state) || member["health"]?.number == 0
                // The primary's too: it may be the next to go. Of a member that it can't reach a primary says 1970.
                if !isDown, let moment = Self.moment(member) { lastSeen[name] = moment }
                guard state != Self.primary else { continue }
                if let majority, isDown || Self.outOfService.contains(state) {
                    // It may be gone for good: what is safe without it does not wait for it.
                    result.excused.append(name)
                    result.add(Member(name: "the majority without \(name)", lag: majority, isDown: false))
                    continue
                }
                let behind = lastSeen[name].map { Duration.milliseconds(own - $0) - (delays[name] ?? .zero) }
                result.add(Member(name: name, lag: behind.map { max($0, .zero) }, isDown: isDown))
            }
            return result
        }

        /// How far what a majority has is behind what the primary has; nil where it does not say.
        private static func majorityLag(_ status: BSONDocument) -> Duration? {
            guard let times = status["optimes"]?.document, let last = times["lastAppliedWallTime"]?.dateMilliseconds,
                let committed = times["lastCommittedWallTime"]?.dateMilliseconds,
                Deployment.calendar.contains(last), Deployment.calendar.contains(committed)
            else { return nil }
            return max(.milliseconds(last - committed), .zero)
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

extension ReplicationLag {
    fileprivate mutating func add(_ member: Member) {
        if worst.map({ member.isWorse(than: $0) }) ?? true { worst = member }
    }
}

extension ReplicationLag.Member {
    fileprivate func isWorse(than other: ReplicationLag.Member) -> Bool {
        guard let lag else { return other.lag != nil }
        return other.lag.map { lag > $0 } ?? false
    }
}
