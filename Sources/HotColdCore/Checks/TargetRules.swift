internal import Mongo

/// What in the collection that documents are moved to may refuse some of them.
///
/// hotcold leaves such documents where they are and says so. Into an archive that is a surprise, since applications don't
/// write there; a hot collection has good reasons for both, so there it is only worth knowing before a restore.
enum TargetRules {
    /// Unique indexes other than that of `_id`.
    static func uniqueIndexes(of target: CollectionFacts, _ direction: Direction) -> [Finding] {
        // That of a clustered collection's _id is called unique.
        target.indexes.filter { $0.specification["unique"]?.bool == true && $0.key != ["_id": 1] }.map { index in
            let message = "index \(index.name) on \(target.namespace) is unique"
            switch direction {
            case .migrate:
                return Finding(
                    .warning,
                    .uniqueIndex,
                    on: target.namespace,
                    message,
                    meaning: "documents whose key the archive has already stay in hot, and count as failed",
                    remedy: "make it an ordinary index: keys may be used again in hot",
                    command: MongoShell.dropIndex(index.name, of: target.namespace)
                )
            case .restore:
                return Finding(
                    .notice,
                    .uniqueIndex,
                    on: target.namespace,
                    message,
                    meaning: "a document whose key is in use again can't be restored"
                )
            }
        }
    }

    /// A validator that refuses documents and does not only log them.
    static func validator(
        of target: CollectionFacts,
        source: CollectionFacts?,
        _ direction: Direction
    ) -> [Finding] {
        guard let validator = target.validator else { return [] }
        // Even then documents may be older than the validator, or than its last change.
        let isWarning = direction == .migrate && validator != source?.validator
        let isArchive = direction == .migrate
        return [
            Finding(
                isWarning ? .warning : .notice,
                .validator,
                on: target.namespace,
                "\(target.namespace) has a validator",
                meaning:
                    "documents that it refuses stay \(isArchive ? "in hot" : "in the archive"), and count as failed",
                remedy: isArchive ? "take it off the archive: documents are moved as they are" : nil,
                command: isArchive ? MongoShell.removeValidator(of: target.namespace) : nil
            )
        ]
    }
}

extension CollectionFacts {
    /// The validator, where it can refuse a document.
    var validator: BSONDocument? {
        guard let validator = options["validator"]?.document, !validator.isEmpty,
            options["validationLevel"]?.string != "off", options["validationAction"]?.string != "warn"
        else { return nil }
        return validator
    }
}

extension MongoShell {
    fileprivate static func removeValidator(of namespace: Namespace) -> String {
        "\(database(namespace.database)).runCommand({collMod: \(quoted(namespace.collection)), validator: {}})"
    }
}
