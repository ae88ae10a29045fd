internal import Mongo

/// What earlier runs, and one that is at work, mean for the next one.
enum RunRules {
    /// Everything about the runs of one entry.
    static func findings(_ facts: RunFacts, of entry: CollectionConfiguration) -> [Finding] {
        facts.elsewhere.map { elsewhere($0, entry) } + facts.unsettled.map { unsettled($0, entry) }
            + facts.holdings.map(lease) + [held(facts, entry)].compactMap(\.self)
    }

    private static func elsewhere(_ error: MigrationError, _ entry: CollectionConfiguration) -> Finding {
        Finding(
            .error,
            .unsettledElsewhere,
            on: entry.hot,
            "\(error)",
            meaning: "runs are refused until that is settled",
            remedy: error.hint
        )
    }

    private static func unsettled(_ unsettled: RunFacts.Unsettled, _ entry: CollectionConfiguration) -> Finding {
        let origin = unsettled.origin.map { ", \($0)," } ?? ""
        let seats = "\(unsettled.seats) seat\(unsettled.seats == 1 ? "" : "s")"
        return Finding(
            .warning,
            .unsettledRun,
            on: entry.hot,
            "run \(unsettled.run)\(origin) died and left \(seats)",
            meaning: "some documents may be in both tiers until the next run settles them",
            remedy: "run hotcold, or let verify settle it without moving anything",
            command: "hotcold verify --collection \(entry.name.shellWord) --fix"
        )
    }

    private static func lease(_ holding: RunFacts.Holding) -> Finding {
        let busy = MigrationError.busy(holding.namespace, holding.holder)
        guard holding.isStale else {
            return Finding(
                .notice,
                .runInProgress,
                on: holding.namespace,
                "\(busy)",
                meaning: "other runs of this collection end at once with exit code 75",
                remedy: "wait until it has ended"
            )
        }
        let holder = holding.holder
        return Finding(
            .notice,
            .staleLease,
            on: holding.namespace,
            "run \(holder.run), process \(holder.identity.pid) on host \(holder.identity.host), died and left the lease of"
                + " \(holding.namespace), which it had since \(ISO8601.string(fromMilliseconds: holder.since))",
            meaning: "the next run takes it over"
        )
    }

    private static func held(_ facts: RunFacts, _ entry: CollectionConfiguration) -> Finding? {
        guard facts.held > 0 else { return nil }
        let are = facts.held == 1 ? "document of \(entry.hot) is" : "documents of \(entry.hot) are"
        let until = facts.heldUntil.map { ", the last until \(ISO8601.string(fromMilliseconds: $0))" } ?? ""
        return Finding(
            .notice,
            .heldDocuments,
            on: entry.hot,
            "\(facts.held.grouped) \(are) held after a restore\(until)",
            meaning: "migrate leaves them in hot until then"
        )
    }
}
