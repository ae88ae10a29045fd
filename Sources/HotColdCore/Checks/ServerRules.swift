internal import Mongo

/// What about a deployment makes a migration fail or surprise.
enum ServerRules {
    /// A server must be at least this: `$bsonSize` and `comment` of all writes came with 4.4, `hello` with 4.4.2.
    static let oldestVersion = "4.4.2"
    /// Clocks that differ by more are worth a word.
    static let clockTolerance: Duration = .seconds(60)

    /// Everything about one deployment.
    static func findings(_ facts: ServerFacts) -> [Finding] {
        let findings = [
            login(facts), version(facts), transactions(facts), majority(facts), lock(facts), sharding(facts),
            clock(facts), unknown(facts),
        ]
        let others = DurabilityRules.findings(facts.durability) + members(facts)
        return (findings.compactMap(\.self) + others).map { $0.on(facts.server) }
    }

    /// What two deployments are to each other.
    static func findings(hot: ServerFacts, cold: ServerFacts) -> [Finding] {
        [age(hot: hot, cold: cold), clocks(hot: hot, cold: cold)].compactMap(\.self).map { $0.on(.cold) }
    }

    /// A standalone server on either side.
    static let noTransactions = Finding(
        .warning,
        .noTransactions,
        "a standalone server has no transactions",
        meaning: "the guarantee is weaker (README, \"Standalone servers\")",
        remedy: "a replica set of one member gives the full one: restart mongod with --replSet, and then initiate it",
        command: "rs.initiate()"
    )

    /// A deployment that can't be worked with, for an error of the connection.
    static func unreachable(_ error: MigrationError) -> Finding {
        let isRefusal = if case .refused = error { true } else { false }
        return Finding(
            .error,
            isRefusal ? .loginRefused : .serverUnreachable,
            "\(error)",
            meaning: "what is on it could not be checked, and nothing can be moved from or to it",
            remedy: error.hint
        )
    }

    private static func lock(_ facts: ServerFacts) -> Finding? {
        guard facts.isLocked else { return nil }
        return Finding(
            .error,
            .serverLocked,
            "somebody has locked the server against writes (fsyncLock), as a backup does",
            meaning: "runs wait for it no longer than --retry-for says",
            remedy: "wait for the backup; unlock it only where the backup that has locked it is over",
            command: "db.fsyncUnlock()"
        )
    }

    private static func majority(_ facts: ServerFacts) -> Finding? {
        guard let majority = facts.majority, !majority.isThere else { return nil }
        let members =
            "\(majority.up) voting member\(majority.up == 1 ? "" : "s") with data \(majority.up == 1 ? "is" : "are") up"
        return Finding(
            .error,
            .noMajority,
            "\(members), and a majority is \(majority.needed)",
            meaning: "no write is acknowledged, so nothing is moved",
            remedy: "bring the others back; an arbiter acknowledges nothing"
        )
    }

    /// Members that runs wait for, or do not.
    private static func members(_ facts: ServerFacts) -> [Finding] {
        guard let lag = facts.lag else { return [] }
        let limit = ThrottleSettings().maximumLag
        let absent = lag.excused.map { name in
            Finding(
                .warning,
                .memberBehind,
                "\(name) is down or out of service",
                meaning: "runs do not wait for it as long as a majority has what is written without it",
                remedy: "bring it back before the oplog has forgotten what it has missed, or remove it from the set"
            )
        }
        guard let worst = lag.worst, worst.lag.map({ $0 >= limit }) ?? true else { return absent }
        let state = worst.lag.map { "\(Int(saturating: $0.seconds).grouped) s behind" } ?? "down"
        return absent + [
            Finding(
                .warning,
                .memberBehind,
                "\(worst.name) is \(state)",
                meaning: "runs pause until that has become better, and give up after --max-pause",
                remedy: "see why it does not keep up"
            )
        ]
    }

    private static func login(_ facts: ServerFacts) -> Finding? {
        guard facts.hasAccessControl, facts.access.user == nil else { return nil }
        return Finding(
            .error,
            .loginRefused,
            "the server has access control, and the connection string names no user",
            meaning: "nothing can be looked at or moved there",
            remedy: "put user and password into the connection string"
        )
    }

    private static func version(_ facts: ServerFacts) -> Finding? {
        guard let version = facts.version, isOlder(version, than: oldestVersion) else { return nil }
        return Finding(
            .error,
            .serverTooOld,
            "the server is MongoDB \(version)",
            meaning: "hotcold needs \(oldestVersion) or later",
            remedy: "upgrade the server"
        )
    }

    private static func transactions(_ facts: ServerFacts) -> Finding? { facts.isReplicaSet ? nil : noTransactions }

    /// A shard is one from the moment that a router adds it: then runs are refused.
    private static func sharding(_ facts: ServerFacts) -> Finding? {
        guard facts.isMeantForSharding else { return nil }
        return Finding(
            .warning,
            .notYetSharded,
            "the server was started with --shardsvr and is not a shard yet",
            meaning: "runs are refused once it is one",
            remedy: "use a replica set that is not to become one"
        )
    }

    private static func clock(_ facts: ServerFacts) -> Finding? {
        guard facts.clockDifference.magnitude > clockTolerance else { return nil }
        return Finding(
            .warning,
            .clockDifference,
            "the server's clock is \(lead(facts.clockDifference)) this machine's",
            meaning: "ages are counted by the hot server's clock, so what is cold is not what this machine's says",
            remedy: "let both follow one time server, and see which of them is wrong",
            command: "db.hello().localTime"
        )
    }

    private static func clocks(hot: ServerFacts, cold: ServerFacts) -> Finding? {
        let difference = cold.clockDifference - hot.clockDifference
        guard difference.magnitude > clockTolerance else { return nil }
        return Finding(
            .warning,
            .clockDifference,
            "the cold server's clock is \(lead(difference)) the hot one's",
            meaning: "a lease of a dead run ends earlier on one of them than on the other",
            remedy: "let both follow one time server",
            command: "db.hello().localTime"
        )
    }

    /// `5 m ahead of`, `5 m behind`.
    private static func lead(_ difference: Duration) -> String {
        let seconds = Int(difference.magnitude.seconds.rounded())
        return "\(seconds.grouped) seconds \(difference < .zero ? "behind" : "ahead of")"
    }

    /// An archive behind the hot server may refuse what the hot one takes, field names with a `$` for instance.
    private static func age(hot: ServerFacts, cold: ServerFacts) -> Finding? {
        guard let hotVersion = hot.effectiveVersion, let coldVersion = cold.effectiveVersion,
            isOlder(coldVersion, than: hotVersion)
        else { return nil }
        let isAble = cold.version.map { !isOlder($0, than: hotVersion) } ?? false
        // MongoDB 7.0 wants that said.
        let confirmation = cold.version.map { isOlder($0, than: "7.0") } ?? true ? "" : ", confirm: true"
        return Finding(
            .warning,
            .coldServerOlder,
            "the cold server works like MongoDB \(coldVersion), the hot one like \(hotVersion)",
            meaning: "it may refuse documents that the hot one takes; they stay in hot and count as failed",
            remedy: isAble
                ? "raise its feature compatibility version once it is to stay with its version"
                : "upgrade the cold server",
            command: isAble
                ? "db.adminCommand({setFeatureCompatibilityVersion: \(MongoShell.quoted(hotVersion))\(confirmation)})"
                : nil
        )
    }

    private static func unknown(_ facts: ServerFacts) -> Finding? {
        guard !facts.unknown.isEmpty else { return nil }
        return Finding(
            .notice,
            .notChecked,
            "could not look at \(facts.unknown.map(\.rawValue).joined(separator: ", "))",
            meaning: "what there is to be said of it is missing here, also where a migration would wait or fail for it",
            remedy: facts.access.user == nil ? nil : "give the user the role clusterMonitor while you check",
            command: facts.access.user.map { MongoShell.grant([("clusterMonitor", "admin")], to: $0) }
        )
    }

    /// Whether a version such as `4.4.29` comes before another; what is not numbers does not count.
    static func isOlder(_ version: String, than other: String) -> Bool {
        func numbers(_ version: String) -> [Int] {
            version.prefix { $0 != "-" }.split(separator: ".").map { Int($0) ?? 0 }
        }
        return numbers(version).lexicographicallyPrecedes(numbers(other))
    }
}

extension ServerFacts {
    /// The version that it behaves like, in two numbers; nil where nothing is known.
    fileprivate var effectiveVersion: String? {
        featureVersion ?? version?.split(separator: ".").prefix(2).joined(separator: ".")
    }
}

extension Duration {
    /// The duration without its sign.
    fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}
