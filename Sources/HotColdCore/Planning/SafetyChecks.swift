internal import Mongo

/// What stands against a move, judged from facts alone.
///
/// A refusal is for what would lose documents or can't work; a warning for what may surprise.
struct SafetyChecks {
    var refusals: [MigrationError] = []
    var warnings: [String] = []

    /// Judges a move.
    ///
    /// - Parameters:
    ///   - sharesDeployment: whether a name means the same collection on both sides.
    ///   - hasTransactions: false where a standalone server is on either side.
    init(
        source: CollectionFacts,
        target: CollectionFacts,
        sharesDeployment: Bool = true,
        hasTransactions: Bool = true,
        direction: Direction,
        policy: Policy,
        allowsTTL: Bool
    ) {
        checkForm(of: source)
        checkForm(of: target)
        if sharesDeployment { checkDifference(source, target) }
        checkSourceTTL(source, direction: direction, policy: policy, allowed: allowsTTL)
        checkTargetTTL(target, allowed: allowsTTL)
        checkCollations(source, target)
        if !hasTransactions { warnings.append(Self.withoutTransactions) }
        if source.form == .missing { warnings.append("\(source.namespace) does not exist; there is nothing to move") }
    }

    private static let withoutTransactions =
        "a standalone server has no transactions, so the guarantee is weaker (README, \"Standalone servers\");"
        + " a replica set of one member gives the full one"

    private mutating func refuse(_ reason: String, hint: String? = nil) {
        refusals.append(.unsuitable(reason: reason, hint: hint))
    }

    private mutating func checkForm(of facts: CollectionFacts) {
        let name = facts.namespace
        switch facts.form {
        case .view: refuse("\(name) is a view; documents can't be moved from or to a view")
        case .timeseries:
            refuse(
                "\(name) is a time-series collection; the server can't delete single documents from it or insert them with their _id"
            )
        case .collection where facts.isCapped:
            refuse(
                "\(name) is capped; the server removes its documents by itself, in an order that a move would change"
            )
        case .collection, .missing: break
        }
        if name.collection.hasPrefix("system.") { refuse("\(name) is one of the server's own collections") }
    }

    /// A collection moved into itself would find every document in the target already, and delete it.
    private mutating func checkDifference(_ source: CollectionFacts, _ target: CollectionFacts) {
        guard source.namespace == target.namespace else { return }
        refuse("\(source.namespace) would be moved into itself, which deletes it", hint: "name another cold_collection")
    }

    /// A TTL index on the source of a migration deletes documents before the policy calls them cold.
    private mutating func checkSourceTTL(_ source: CollectionFacts, direction: Direction, policy: Policy, allowed: Bool)
    {
        guard direction == .migrate else { return }
        for (index, field, seconds) in source.expiries {
            guard let days = policy.thresholdDays(of: field) else {
                warnings.append(
                    "TTL index \(index) on \(source.namespace) deletes documents by \(field), which the policy does not look at"
                )
                continue
            }
            let message =
                "TTL index \(index) on \(source.namespace) deletes documents \(Self.time(seconds)) after \(field);"
                + " the policy archives them after \(days) day\(days == 1 ? "" : "s")"
            if seconds > Int64(days) * 86_400 {
                warnings.append(message + ", so a delayed run loses them to the index")
            } else if allowed {
                warnings.append(message)
            } else {
                refuse(
                    message + ", so they would never reach the archive",
                    hint: "raise expireAfterSeconds, or say --allow-ttl"
                )
            }
        }
    }

    /// A TTL index's time in the largest unit that gives a whole number: `90 days`, `36 hours`, `90 seconds`.
    private static func time(_ seconds: Int64) -> String {
        let units: [(Int64, String)] = [(86_400, "day"), (3600, "hour")]
        let (size, name) = units.first { seconds > 0 && seconds % $0.0 == 0 } ?? (1, "second")
        return "\(seconds / size) \(name)\(seconds / size == 1 ? "" : "s")"
    }

    private mutating func checkTargetTTL(_ target: CollectionFacts, allowed: Bool) {
        for (index, field, seconds) in target.expiries {
            let message =
                "TTL index \(index) on \(target.namespace) deletes documents \(Self.time(seconds)) after \(field),"
                + " and with them what is moved there"
            if allowed { warnings.append(message) } else { refuse(message, hint: "drop the index, or say --allow-ttl") }
        }
    }

    private mutating func checkCollations(_ source: CollectionFacts, _ target: CollectionFacts) {
        guard source.form == .collection, target.form == .collection, source.collation != target.collation else {
            return
        }
        warnings.append(
            "\(source.namespace) and \(target.namespace) have different default collations:"
                + " _ids that differ in one may be the same in the other, and count as conflicts"
        )
    }
}

extension CollectionFacts {
    /// TTL indexes: name, field and seconds; a clustered collection may have an expiry too.
    fileprivate var expiries: [(index: String, field: String, seconds: Int64)] {
        let ofIndexes = indexes.compactMap { index -> (String, String, Int64)? in
            guard let seconds = index.expireAfterSeconds, let field = try? index.key.elements().first?.name else {
                return nil
            }
            return (index.name, field, seconds)
        }
        let ofCluster = options["expireAfterSeconds"]?.integer.map { [("of the clustered index", "_id", $0)] } ?? []
        return ofIndexes + ofCluster
    }
}

extension Policy {
    /// After how many days a policy takes documents by this field; nil where it does not look at it.
    fileprivate func thresholdDays(of field: String) -> Int? {
        if kind != .accessBased, dateField?.description == field { return coldThresholdDays }
        if kind != .timeBased, accessField?.description == field { return hotAccessDays }
        return nil
    }
}
