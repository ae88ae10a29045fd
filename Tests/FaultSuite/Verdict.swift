package import Mongo

/// A promise that was broken.
package struct Violation: Sendable, CustomStringConvertible {
    /// Which promise.
    package enum Promise: String, Sendable {
        case loss = "a document is lost"
        case resurrection = "a deleted document is back"
        case regression = "an older version took the place of a newer one"
        case corruption = "a document has other bytes than were written"
        case duplicate = "a document is in both tiers at rest"
        case stranger = "a document is there that nobody has written"
        case record = "the journal and the archive disagree"
        case books = "what a run says or the history has is not what the journal has"
        case hold = "a document that is held in hot is in the archive"
        case neglect = "a cold document was left in hot"
        case report = "a run's report is wrong"
        case wait = "an application waited for too long"
        case ending = "a run ended in a way that it must not"
    }

    package let promise: Promise
    /// Which document or run, and what there is in place of what.
    package let details: String

    package init(_ promise: Promise, _ details: String) {
        self.promise = promise
        self.details = details
    }

    package var description: String { "\(promise.rawValue): \(details)" }
}

/// Judges what is in both tiers at rest by what applications know.
///
/// Pure: everything it has to know is handed to it.
package struct Verdict: Sendable {
    /// The documents of both tiers by `_id`.
    package struct Tiers: Sendable {
        package var hot: [Int: BSONDocument] = [:]
        package var cold: [Int: BSONDocument] = [:]

        package init() {}
    }

    /// What is wrong; empty when every promise was kept.
    package private(set) var violations: [Violation] = []

    private let guarantee: Guarantee

    /// How much is promised.
    package enum Guarantee: Sendable {
        /// A move is a transaction.
        case transactional
        /// Deletes are guarded, without transactions: a document that the application deletes or changes while it is
        /// moved may leave its former version in the archive, from where it may be restored.
        case guarded
    }

    /// Judges by the ledger of all applications.
    ///
    /// - Parameters:
    ///   - books: what hotcold has written down; nil to leave it out.
    ///   - held: which are held in hot.
    ///   - guarantee: what was promised.
    package init(
        _ ledger: Ledger,
        _ tiers: Tiers,
        books: Books? = nil,
        held: Set<Int> = [],
        guarantee: Guarantee = .transactional
    ) {
        self.guarantee = guarantee
        for (id, entry) in ledger.entries {
            judge(id, entry, hot: tiers.hot[id], cold: tiers.cold[id])
            guard let books else { continue }
            let archived = tiers.cold[id] == nil ? 0 : 1
            // One that takes the place of an older version is a migration more.
            let replacements = books.replacements[id] ?? 0
            let older = guarantee == .guarded ? replacements : min(entry.shadows.count, replacements)
            let expected = archived...archived + older
            let net = books.netMoves[id] ?? 0
            if !expected.contains(net) {
                violations.append(Violation(.record, "\(id): the journal says \(net), the archive has \(archived)"))
            }
        }
        for id in held where tiers.cold[id] != nil { violations.append(Violation(.hold, "\(id)")) }
        for id in Set(tiers.hot.keys).union(tiers.cold.keys) where ledger.entries[id] == nil {
            violations.append(Violation(.stranger, "\(id)"))
        }
    }

    private mutating func judge(_ id: Int, _ entry: Ledger.Entry, hot: BSONDocument?, cold: BSONDocument?) {
        func details() -> String {
            let versions = entry.possible.map { $0.map(Self.brief) ?? "deleted" }.joined(separator: " or ")
            return "\(id): hot has \(hot.map(Self.brief) ?? "nothing"), cold has \(cold.map(Self.brief) ?? "nothing"),"
                + " written is \(versions)"
        }
        if let hot, let cold {
            let isConflict = entry.isReborn && hot != cold && entry.shadows.contains(cold)
            let isFormer = guarantee == .guarded && hot != cold && entry.past.contains(cold)
            if !isConflict, !isFormer { violations.append(Violation(.duplicate, details())) }
        }
        // Hot wins: that is what the application reads.
        let visible = hot ?? cold
        guard !entry.possible.contains(visible) else { return }
        let mayBeDeleted = entry.possible.contains(nil)
        if guarantee == .guarded, mayBeDeleted, let visible, entry.past.contains(visible) { return }
        let promise: Violation.Promise =
            switch visible {
            case nil: .loss
            case _ where entry.isDeleted: .resurrection
            case let visible? where entry.past.contains(visible): .regression
            default: .corruption
            }
        violations.append(Violation(promise, details()))
    }

    private static func brief(_ document: BSONDocument) -> String {
        "version \(document["v"]?.integer ?? -1) (\(document.byteCount) bytes)"
    }
}
