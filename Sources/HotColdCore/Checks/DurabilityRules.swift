/// What about a deployment makes it lose what it has acknowledged.
enum DurabilityRules {
    /// Everything about one deployment.
    ///
    /// - Parameter isAllowed: whether the operator goes on in spite of it.
    static func findings(_ durability: Durability, isAllowed: Bool = false) -> [Finding] {
        let severity: Finding.Severity = isAllowed ? .warning : .error
        var findings: [Finding] = []
        if durability.isPersistent == false {
            findings.append(
                Finding(
                    severity,
                    .storageNotPersistent,
                    "the server's storage engine keeps nothing on disk",
                    meaning: "when the server ends, documents that were moved there are lost",
                    remedy: remedy("let a member with WiredTiger be the primary")
                )
            )
        } else if durability.hasJournal == false {
            findings.append(
                Finding(
                    severity,
                    .noJournal,
                    "the server has no journal",
                    meaning: "when the server is killed, documents that were moved in the last minute are lost",
                    remedy: remedy("start mongod without --nojournal and storage.journal.enabled: false")
                )
            )
        }
        if durability.journalsMajority == false {
            findings.append(
                Finding(
                    severity,
                    .majorityNotJournaled,
                    "the replica set has writeConcernMajorityJournalDefault: false",
                    meaning: "a majority acknowledges what it loses when its members are killed",
                    remedy: remedy("set it to true where all voting members have WiredTiger"),
                    command:
                        "cfg = rs.conf(); cfg.writeConcernMajorityJournalDefault = true; rs.reconfig(cfg)"
                )
            )
        }
        return findings
    }

    private static func remedy(_ what: String) -> String { "\(what); migrate and restore take --allow-nondurable" }

    /// What a plan warns of where the user may not see what decides; `check` names everything unseen in one finding.
    static func unseen(_ durability: Durability) -> [Finding] {
        let aspects = Durability.Aspect.allCases.filter(durability.unknown.contains).map(\.rawValue)
        guard !aspects.isEmpty else { return [] }
        return [
            Finding(
                .warning,
                .notChecked,
                "the user may not see whether acknowledged writes are on disk",
                meaning: "could not look at \(aspects.joined(separator: ", "))",
                remedy: "give the user the role clusterMonitor"
            )
        ]
    }
}
