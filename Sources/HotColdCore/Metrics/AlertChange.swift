internal import Mongo

/// An alert that began or is over since somebody was last told of it.
public struct AlertChange: Sendable, Hashable {
    /// What is watched, with what was measured now.
    public var watch: StorageWatch
    /// Since when it had been an alert, in milliseconds since 1970 UTC; nil for one that began.
    public var raisedSince: Int64?

    /// Creates a change.
    public init(watch: StorageWatch, raisedSince: Int64? = nil) {
        self.watch = watch
        self.raisedSince = raisedSince
    }

    /// Whether the alert is over; else it began.
    public var isOver: Bool { !watch.isRaised }
}

extension AlertChange {
    /// What has changed in a report since somebody was last told.
    ///
    /// An alert that goes on is no change. Nor is a value below the threshold when part of it could not be measured.
    static func changes(in report: StorageReport, since told: [StorageWatch.Kind: ToldAlert]) -> [AlertChange] {
        report.watches.compactMap { watch in
            switch (watch.isRaised, told[watch.kind]) {
            case (true, .some(let known)) where known.isRaised: nil
            case (true, _): AlertChange(watch: watch)
            case (false, .some(let known)) where known.isRaised && report.isComplete:
                AlertChange(watch: watch, raisedSince: known.changedAt)
            case (false, _): nil
            }
        }
    }
}

/// What somebody was last told of an alert: a document of `alerts`.
struct ToldAlert: Sendable, Hashable {
    let kind: StorageWatch.Kind
    let isRaised: Bool
    /// In milliseconds since 1970 UTC.
    let changedAt: Int64

    /// Reads a document; nil for a kind that this version does not know.
    init?(_ document: BSONDocument) {
        guard let kind = document["_id"]?.string.flatMap(StorageWatch.Kind.init(rawValue:)) else { return nil }
        self.init(
            kind: kind,
            isRaised: document["raised"]?.bool ?? false,
            changedAt: document["changed_at"]?.dateMilliseconds ?? 0
        )
    }

    init(kind: StorageWatch.Kind, isRaised: Bool, changedAt: Int64) {
        self.kind = kind
        self.isRaised = isRaised
        self.changedAt = changedAt
    }
}
