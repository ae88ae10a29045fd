internal import Mongo

/// What to do where an archive was renamed or moved on purpose.
struct AdoptionAdvice: Sendable, Equatable {
    private let collection: String
    private let former: String
    /// The name that the configuration has to have first; nil where it has it.
    private let newName: String?

    /// - Parameter renamed: what the archive of the configuration is called now; nil where it is there.
    /// - Returns: nil where there is nothing to adopt.
    init?(_ entry: CollectionConfiguration, renamed: Namespace?, _ history: TierHistory) {
        collection = entry.name
        if let renamed {
            (former, newName) = (entry.cold.description, renamed.collection)
        } else if let archive = history.formerArchive {
            (former, newName) = (archive.name, nil)
        } else {
            return nil
        }
    }

    /// When the command is right, and what has to be done before it.
    var condition: String {
        let first = newName.map { "set cold_collection to \(MongoShell.quoted($0)), then " } ?? ""
        return "if the archive was renamed or moved on purpose, \(first)adopt it"
    }

    /// The command.
    var command: String { AdvisedCommand.line("adopt", on: collection, AdvisedCommand.option("from", former)) }

    /// Both.
    var sentence: String { "\(condition): \(command)" }
}
