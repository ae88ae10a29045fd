internal import Mongo

/// What stands against moving documents between two collections, judged from facts alone.
///
/// The one set of rules for `check` and for plans: a plan is refused for what is an error, and warns of the warnings.
struct SafetyChecks {
    /// What was found, in the order of the rules.
    private(set) var findings: [Finding] = []

    /// What a plan is refused for.
    var refusals: [MigrationError] { findings.refusals }
    /// What a plan warns of.
    var warnings: [String] { findings.warnings }

    /// Judges a move.
    ///
    /// - Parameters:
    ///   - source: nil where nothing is known of it, as of the target.
    ///   - sharesDeployment: whether a name means the same collection on both sides.
    ///   - hasTransactions: false where a standalone server is on either side.
    init(
        source: CollectionFacts?,
        target: CollectionFacts?,
        sharesDeployment: Bool = true,
        hasTransactions: Bool = true,
        direction: Direction,
        policy: Policy,
        allowsTTL: Bool
    ) {
        findings += [source, target].compactMap(\.self).flatMap(Self.form)
        if let source, let target {
            if sharesDeployment, source.namespace == target.namespace {
                findings.append(Self.movedIntoItself(source.namespace))
            }
            findings += Self.collations(source, target)
        }
        if let source, direction == .migrate {
            findings += TTLRules.source(source, policy: policy, isAllowed: allowsTTL)
            findings += Self.preImages(of: source)
        }
        if let target { findings += Self.target(target, source: source, direction, allowsTTL: allowsTTL) }
        if !hasTransactions {
            findings.append(ServerRules.noTransactions)
            findings += [source, target].compactMap(\.self).flatMap(Self.collationWithoutTransactions)
        }
        if let source, source.form == .missing { findings.append(Self.missing(source)) }
    }

    /// What may happen to documents where they are moved to.
    static func target(
        _ target: CollectionFacts,
        source: CollectionFacts?,
        _ direction: Direction,
        allowsTTL: Bool
    ) -> [Finding] {
        TTLRules.target(target, direction, isAllowed: allowsTTL)
            + TargetRules.uniqueIndexes(of: target, direction)
            + TargetRules.validator(of: target, source: source, direction)
    }

    // MARK: Rules

    private static func form(of facts: CollectionFacts) -> [Finding] {
        let name = facts.namespace
        var findings: [Finding] = []
        func refuse(_ code: FindingCode, _ what: String, _ meaning: String) {
            let remedy = "name another collection in the configuration, or take the entry out"
            findings.append(Finding(.error, code, on: name, "\(name) is \(what)", meaning: meaning, remedy: remedy))
        }
        switch facts.form {
        case .view: refuse(.view, "a view", "documents can't be moved from or to a view")
        case .timeseries:
            refuse(
                .timeSeries,
                "a time-series collection",
                "the server can't delete single documents from it or insert them with their _id"
            )
        case .collection where facts.isCapped:
            refuse(
                .capped,
                "capped",
                "the server removes its documents by itself, in an order that a move would change"
            )
        case .collection, .missing: break
        }
        if name.collection.hasPrefix("system.") {
            refuse(.systemCollection, "one of the server's own collections", "the server depends on what is in it")
        }
        if facts.options["encryptedFields"] != nil {
            refuse(
                .encryptedFields,
                "a collection with encrypted fields",
                "what Queryable Encryption keeps beside it would not move along"
            )
        }
        return findings + gridFS(name)
    }

    private static func gridFS(_ name: Namespace) -> [Finding] {
        guard name.collection.hasSuffix(".files") || name.collection.hasSuffix(".chunks") else { return [] }
        return [
            Finding(
                .warning,
                .gridFS,
                on: name,
                "\(name) has the name of a half of a GridFS bucket",
                meaning: "files and their chunks are moved apart, and in between the driver finds broken files",
                remedy: "archive whole files in the application"
            )
        ]
    }

    /// A collection moved into itself would find every document in the target already, and delete it.
    private static func movedIntoItself(_ name: Namespace) -> Finding {
        Finding(
            .error,
            .sameNamespace,
            on: name,
            "\(name) would be moved into itself",
            meaning: "that would delete its documents",
            remedy: "name another cold_collection"
        )
    }

    private static func collations(_ source: CollectionFacts, _ target: CollectionFacts) -> [Finding] {
        guard source.form == .collection, target.form == .collection, source.collation != target.collation else {
            return []
        }
        return [
            Finding(
                .warning,
                .differentCollations,
                on: target.namespace,
                "\(source.namespace) and \(target.namespace) have different default collations",
                meaning: "_ids that differ in one may be the same in the other, and count as conflicts",
                remedy: "make the archive anew with the collation of the hot collection while it is still empty"
            )
        ]
    }

    /// The guard of a delete compares whole documents, and the server does it as the collation says: a word that the
    /// application has put into capitals would be the same, and its new version deleted.
    private static func collationWithoutTransactions(_ facts: CollectionFacts) -> [Finding] {
        guard facts.collation != nil else { return [] }
        return [
            Finding(
                .error,
                .collationWithoutTransactions,
                on: facts.namespace,
                "\(facts.namespace) has a default collation, and the server no transactions",
                meaning: "the server would take a changed document for the same where the collation does",
                remedy: "a replica set of one member has transactions: start mongod with --replSet, then initiate it",
                command: "rs.initiate()"
            )
        ]
    }

    private static func preImages(of source: CollectionFacts) -> [Finding] {
        guard source.options["changeStreamPreAndPostImages"]?.document?["enabled"]?.bool == true else { return [] }
        return [
            Finding(
                .notice,
                .preImages,
                on: source.namespace,
                "\(source.namespace) keeps images of changed documents for change streams",
                meaning: "the server writes each document that moves once more, and keeps it until that expires",
                remedy: "leave room on the hot disk, or spread the migration with --max-rate"
            )
        ]
    }

    /// A run of what is not there would succeed every night: nobody would see a mistyped or an outdated name.
    private static func missing(_ source: CollectionFacts) -> Finding {
        let former = source.renamed.map { "what it was to the last run is called \($0) now: " }
        let suggestion = former ?? source.nearest.map { "did you mean \($0)? " } ?? ""
        return Finding(
            .error,
            .sourceMissing,
            on: source.namespace,
            "\(source.namespace) does not exist",
            meaning: "there is nothing to move",
            remedy: suggestion + "check the database and the collection's name in the configuration"
        )
    }
}
