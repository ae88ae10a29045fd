internal import Mongo

/// What earlier runs, and one that is at work, mean for the next one.
enum RunRules {
    /// Everything about the runs of one entry.
    static func findings(_ facts: RunFacts, of entry: CollectionConfiguration) -> [Finding] {
        facts.elsewhere.map { elsewhere($0, entry) } + facts.unsettled.map { unsettled($0, entry) }
            + leases(facts.holdings) + [held(facts, entry), quarantined(facts, entry)].compactMap(\.self)
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
            command: AdvisedCommand.line("verify", on: entry.name, "--fix")
        )
    }

    /// One finding for each run: it has the leases of both collections, as a rule.
    private static func leases(_ holdings: [RunFacts.Holding]) -> [Finding] {
        var runs: [String] = []
        for holding in holdings where !runs.contains(holding.holder.run) { runs.append(holding.holder.run) }
        return runs.flatMap { run in
            let own = holdings.filter { $0.holder.run == run }
            return [own.filter { !$0.isStale }, own.filter(\.isStale)].compactMap(lease)
        }
    }

    private static func lease(_ holdings: [RunFacts.Holding]) -> Finding? {
        guard let first = holdings.first else { return nil }
        let (namespace, holder) = (first.namespace, first.holder)
        guard first.isStale else {
            return Finding(
                .notice,
                .runInProgress,
                on: namespace,
                "\(MigrationError.busy(namespace, holder))",
                meaning: "other runs of this collection end at once with exit code 75",
                remedy: "wait until it has ended"
            )
        }
        let names = holdings.map(\.namespace.description).joined(separator: " and ")
        return Finding(
            .notice,
            .staleLease,
            on: namespace,
            "run \(holder.run), process \(holder.identity.pid) on host \(holder.identity.host), died and left what it had"
                + " since \(ISO8601.string(fromMilliseconds: holder.since)): the lease\(holdings.count == 1 ? "" : "s") of"
                + " \(names)",
            meaning: holdings.contains(where: \.endsTooLate)
                ? "it ends later than a lease can: the next run takes over when nobody has renewed it for a minute"
                : "the next run takes over"
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

    private static func quarantined(_ facts: RunFacts, _ entry: CollectionConfiguration) -> Finding? {
        guard facts.quarantine.documents > 0 else { return nil }
        let are = facts.quarantine.documents == 1 ? "document of \(entry.cold) is" : "documents of \(entry.cold) are"
        return Finding(
            .notice,
            .quarantinedDocuments,
            on: entry.cold,
            "\(facts.quarantine.documents.grouped) \(are) in quarantine",
            meaning: "they may be nowhere else, and nothing reads them there",
            remedy: "put them back into the archive, or discard them",
            command: AdvisedCommand.line("quarantine list", on: entry.name)
        )
    }
}
