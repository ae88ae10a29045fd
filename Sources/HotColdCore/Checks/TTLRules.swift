internal import Mongo

/// What TTL indexes do to a move: the server deletes documents by itself, whatever the policy says.
enum TTLRules {
    private static let day: Int64 = 86_400

    /// On the source of a migration they take documents before, or soon after, the policy calls them cold.
    ///
    /// - Parameter isAllowed: the operator has said `--allow-ttl`.
    static func source(_ source: CollectionFacts, policy: Policy, isAllowed: Bool) -> [Finding] {
        source.expiries.map { expiry in
            let message = "\(expiry.subject(in: source)) deletes documents"
            guard let days = policy.thresholdDays(of: expiry.field) else {
                return Finding(
                    .warning,
                    .ttlOnOtherField,
                    on: source.namespace,
                    "\(message) by \(expiry.field), which the policy does not look at",
                    meaning: "it may take documents that are not archived yet",
                    remedy: "make sure that it fires long after the policy"
                )
            }
            let comparison =
                "\(message) \(time(expiry.seconds)) after \(expiry.field); the policy archives them after"
                + " \(days) day\(days == 1 ? "" : "s")"
            let isLater = expiry.seconds > Int64(days) * day
            // A longer time is never made shorter: the server would delete at once what nobody has archived.
            let enough = (Int64(days) + 30) * day
            let isEnough = expiry.seconds >= enough
            return Finding(
                isLater || isAllowed ? .warning : .error,
                isLater ? .ttlAfterPolicy : .ttlBeforePolicy,
                on: source.namespace,
                comparison,
                meaning: isLater ? "a delayed run loses them to the index" : "they would never reach the archive",
                remedy: isLater
                    ? "leave enough time between the two for runs that fail"
                    : "raise expireAfterSeconds, or say --allow-ttl",
                command: isEnough
                    ? nil : expiry.index.map { MongoShell.expire($0, of: source.namespace, after: enough) }
            )
        }
    }

    /// On the target they take what is moved there.
    ///
    /// One on a hot collection is the application's: nobody is told to drop it for a restore.
    ///
    /// - Parameter isAllowed: the operator has said `--allow-ttl`.
    static func target(_ target: CollectionFacts, _ direction: Direction, isAllowed: Bool) -> [Finding] {
        target.expiries.map { expiry in
            Finding(
                isAllowed ? .warning : .error,
                .ttlOnTarget,
                on: target.namespace,
                "\(expiry.subject(in: target)) deletes documents \(time(expiry.seconds)) after \(expiry.field),"
                    + " and with them what is moved there",
                meaning: "no other copy of them is left then",
                remedy: direction == .migrate
                    ? "drop the index, or say --allow-ttl"
                    : "say --allow-ttl, and give what comes back a date by which the server does not delete it again",
                command: direction == .migrate
                    ? expiry.index.map { MongoShell.dropIndex($0, of: target.namespace) } : nil
            )
        }
    }

    /// A TTL index's time in the largest unit that gives a whole number: `90 days`, `36 hours`, `90 seconds`.
    private static func time(_ seconds: Int64) -> String {
        let units: [(Int64, String)] = [(day, "day"), (3600, "hour")]
        let (size, name) = units.first { seconds > 0 && seconds % $0.0 == 0 } ?? (1, "second")
        return "\(seconds / size) \(name)\(seconds / size == 1 ? "" : "s")"
    }
}

/// A rule by which the server deletes documents of a collection.
struct Expiry {
    /// The TTL index; nil for the expiry of a clustered collection.
    let index: String?
    /// The date that it goes by.
    let field: String
    /// How long after it.
    let seconds: Int64

    /// What deletes, at the beginning of a sentence.
    func subject(in facts: CollectionFacts) -> String {
        "\(index.map { "TTL index \($0)" } ?? "the expiry of the clustered index") on \(facts.namespace)"
    }
}

extension CollectionFacts {
    /// How the server deletes its documents by itself; a clustered collection may have an expiry too.
    var expiries: [Expiry] {
        let ofIndexes = indexes.compactMap { index -> Expiry? in
            guard let seconds = index.expireAfterSeconds, let field = try? index.key.elements().first?.name else {
                return nil  // A reply cut short: no index.
            }
            return Expiry(index: index.name, field: field, seconds: seconds)
        }
        let ofCluster = options["expireAfterSeconds"]?.integer.map { Expiry(index: nil, field: "_id", seconds: $0) }
        return ofIndexes + [ofCluster].compactMap(\.self)
    }
}

extension Policy {
    /// After how many days a policy takes documents by this field; nil where it does not look at it.
    fileprivate func thresholdDays(of field: String) -> Int? {
        if kind != .accessBased, dateField?.description == field { return coldThresholdDays }
        if kind != .timeBased, accessField?.description == field { return hotAccessDays }
        // The date stands in for an access that is missing.
        if kind == .accessBased, missing == .useDate, dateField?.description == field { return hotAccessDays }
        return nil
    }
}
