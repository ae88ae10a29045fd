public import Mongo

/// What `analyze` finds out about a collection: where its documents stand by their policy, and what a migration would do.
public struct CollectionAnalysis: Sendable {
    /// Documents and their bytes.
    public struct Volume: Sendable, Equatable {
        /// How many documents.
        public var documents = 0
        /// Their sizes as BSON, added up.
        public var bytes: Int64 = 0

        /// No documents.
        public init() {}
    }

    /// A range of dates.
    public struct Dates: Sendable, Equatable {
        /// The earliest, in milliseconds since 1970 UTC.
        public var oldest: Int64
        /// The latest.
        public var newest: Int64
    }

    /// A tier's collection.
    public struct Tier: Sendable {
        /// Its name.
        public var namespace: Namespace
        /// Whether there is such a collection.
        public var exists: Bool
        /// What is in it.
        public var volume: Volume
        /// Of the field that orders the policy's documents; nil where none has a usable date.
        public var dates: Dates?
    }

    /// A bar of a histogram: documents by the days since a date.
    public struct Bucket: Sendable, Equatable {
        /// At least so many days; nil for dates in the future.
        public var fromDays: Int?
        /// Less than so many days; nil for all beyond.
        public var toDays: Int?
        /// What is in it.
        public var volume: Volume
    }

    /// Documents without a usable date in a field.
    public struct UnexpectedType: Sendable, Equatable {
        /// The field.
        public var field: FieldPath
        /// The server's name of the type that is there, or `missing`.
        public var type: String
        /// Why it says no date.
        public var reason: Reason
        /// How many documents.
        public var documents: Int

        /// Why a value says no date.
        public enum Reason: String, Sendable {
            /// There is no such field.
            case missing
            /// It is null.
            case null
            /// The type is not the one that `date_type` says.
            case wrongType = "wrong_type"
            /// The type is right, and the value says no date: other text, NaN.
            case noDate = "no_date"
        }
    }

    /// What would move with another threshold.
    public struct WhatIf: Sendable, Equatable {
        /// The threshold, in days: `hot_access_days` of an access_based policy, else `cold_threshold_days`.
        public var days: Int
        /// What would move.
        public var volume: Volume
    }

    /// What a migration would give back, in bytes.
    public struct Gain: Sendable, Equatable {
        /// Of documents; exact.
        public var data: Int64
        /// Of the collection's files, in proportion to the documents' bytes; an estimate.
        public var storage: Int64
        /// Of its indexes, in proportion to the number of documents; an estimate.
        public var indexes: Int64
    }

    /// An index that would spare a migration from looking at every document.
    public struct MissingIndex: Sendable, Equatable {
        /// The fields to index.
        public var fields: [FieldPath]
        /// What makes it, in the server's shell.
        public var command: String
    }

    /// The entry of the configuration.
    public var collection: CollectionConfiguration
    /// The time that ages are counted from, in milliseconds since 1970 UTC.
    public var asOf: Int64
    /// Where documents are used.
    public var hot: Tier
    /// Where they are archived.
    public var cold: Tier
    /// The hot collection's documents by temperature; each is in one.
    public var distribution: [Temperature: Volume] = [:]
    /// What would move: cold, neither held nor kept by `filter` or `exclude`.
    public var eligible = Volume()
    /// The dates of what would move.
    public var eligibleDates: Dates?
    /// Cold documents that are held in hot after a restore.
    public var held = 0
    /// Cold documents that `filter` or `exclude` keeps.
    public var filteredOut = 0
    /// What moving the eligible documents would give back.
    public var gain = Gain(data: 0, storage: 0, indexes: 0)
    /// Documents by the days since `date_field`; empty where none is configured.
    public var ages: [Bucket] = []
    /// Documents by the days since `access_field`; empty where none is configured.
    public var idles: [Bucket] = []
    /// Fields without usable dates, most documents first.
    public var unexpectedTypes: [UnexpectedType] = []
    /// Other thresholds, in the order asked for.
    public var whatIfs: [WhatIf] = []
    /// The index that would serve a migration; nil where there is none.
    public var servingIndex: String?
    /// What would serve it.
    public var missingIndexes: [MissingIndex] = []
    /// From how many documents the numbers were estimated; nil where all were counted.
    public var sampled: Int?
    /// What may surprise.
    public var warnings: [String] = []

    /// What share of the hot documents would move, 0 to 100.
    public var eligiblePercent: Double {
        hot.volume.documents > 0 ? Double(eligible.documents) * 100 / Double(hot.volume.documents) : 0
    }

    init(_ collection: CollectionConfiguration, asOf: Int64) {
        self.collection = collection
        self.asOf = asOf
        hot = Tier(namespace: collection.hot, exists: false, volume: Volume())
        cold = Tier(namespace: collection.cold, exists: false, volume: Volume())
    }
}

extension CollectionAnalysis.Volume {
    init(_ sum: DateGrid.Sum) { (documents, bytes) = (sum.documents, sum.bytes) }
}

extension CollectionAnalysis.Dates {
    init?(_ sum: DateGrid.Sum) {
        guard let oldest = sum.oldest, let newest = sum.newest else { return nil }
        self.init(oldest: oldest, newest: newest)
    }
}
