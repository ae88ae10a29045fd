internal import Mongo

/// What an entry of the configuration asks for that its owner may not expect.
enum EntryRules {
    /// Everything about one entry.
    static func findings(_ entry: CollectionConfiguration) -> [Finding] {
        var findings: [Finding] = []
        if !entry.isEnabled {
            findings.append(
                Finding(
                    .notice,
                    .entryDisabled,
                    "the entry is disabled",
                    meaning: "migrate --all leaves it out",
                    remedy: #"set "enabled": true where it should move"#
                )
            )
        }
        if !entry.deletesAfterMigration {
            findings.append(
                Finding(
                    .notice,
                    .originalsKept,
                    on: entry.hot,
                    "delete_after_migration is false",
                    meaning: "documents are copied, and hot does not become smaller",
                    remedy: #"set "delete_after_migration": true when you trust the copies"#
                )
            )
        }
        if !entry.verifiesMigration {
            findings.append(
                Finding(
                    .warning,
                    .copiesNotVerified,
                    on: entry.cold,
                    "verify_migration is false",
                    meaning: "originals are deleted without a comparison of their copies",
                    remedy: #"set "verify_migration": true"#
                )
            )
        }
        return findings
    }

    /// Something that earlier runs have against the entry.
    static func tiersChanged(
        _ entry: CollectionConfiguration,
        _ objection: String,
        _ adoption: AdoptionAdvice?
    ) -> Finding {
        Finding(
            .error,
            .tiersChanged,
            on: entry.hot,
            objection,
            meaning: "migrate and restore move nothing until that is confirmed",
            remedy: "see whether hot and cold are what they should be; "
                + (adoption.map(\.condition)
                    ?? "if so, look at a dry run, then say \(AdvisedCommand.option("confirm", entry.name)) once"),
            command: adoption?.command ?? AdvisedCommand.line("migrate", on: entry.name, "--dry-run")
        )
    }

    /// A hot collection with documents that the server does not count.
    static func wrongCount(_ namespace: Namespace) -> Finding {
        Finding(
            .warning,
            .wrongCount,
            on: namespace,
            "the server counts no document in \(namespace), and there are some: its count is wrong, as it is after a crash",
            meaning: "a migration has to be confirmed, since what is usual is a share of that count",
            remedy: "have the server count them",
            command: "\(MongoShell.collection(namespace)).validate()"
        )
    }

    /// An archive that the next migration makes.
    static func created(_ entry: CollectionConfiguration, like hot: CollectionFacts) -> Finding {
        let collation = hot.collation.flatMap { $0["locale"]?.string }
        return Finding(
            .notice,
            .targetMissing,
            on: entry.cold,
            "\(entry.cold) does not exist yet",
            meaning: "migrate creates it, compressed with \(entry.coldCompressor)"
                + (collation.map { " and with the collation \($0) of the hot collection" } ?? "")
        )
    }
}

extension Configuration {
    /// Entries whose tiers meet, now that it is known that both connection strings lead to one deployment: the
    /// configuration alone can't know that of strings that differ.
    public func namespacesThatMeet() -> [Finding] {
        collections.compactMap { entry in
            guard let owner = collections.first(where: { $0.hot == entry.cold }) else { return nil }
            let what =
                owner.name.isExactly(entry.name)
                ? "hot and cold are the same collection, \(entry.cold)"
                : "the cold collection \(entry.cold) is the hot one of collections.\(owner.name)"
            return Finding(
                .error,
                .sameNamespace,
                on: entry.cold,
                what,
                meaning: "the two connection strings lead to one cluster",
                remedy: "archive to another collection or another database"
            ).inEntry(entry.name)
        }
    }
}
