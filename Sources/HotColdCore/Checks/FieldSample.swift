internal import Mongo

/// What a bounded, random sample of a hot collection shows of the fields that a policy goes by.
struct FieldSample: Sendable {
    /// The most documents that are looked at.
    static let largestSize = 1000
    /// About how many bytes are looked at, at most: a small collection is sorted for it in the server's memory.
    private static let largestBytes = 64 << 20
    /// How long the server may take; a random cursor over a collection of any size takes a fraction of it.
    private static let patience = 30_000

    /// What a document may hold at a field.
    enum Content: Hashable, Sendable {
        /// A plausible date as the policy reads it.
        case date
        /// A date that lies before or after what is plausible, and the unit in which the same number would be plausible.
        case implausible(Side, unit: PlausibleDates.Unit?)
        /// An array encloses the field.
        case insideArray
        /// A value of another type, or of the right one that says no date; `missing` where there is none.
        case other(type: String)

        /// Where a date lies that is not plausible.
        enum Side: String, CaseIterable, Sendable {
            case before
            case after
        }

        /// Whether the policy reads a date.
        var isDate: Bool {
            switch self {
            case .date, .implausible: true
            case .insideArray, .other: false
            }
        }

        /// Neither a value nor a problem with its type.
        var isAbsent: Bool { self == .other(type: "missing") || self == .other(type: "null") }
    }

    /// Documents whose dates are not plausible.
    struct Implausible: Equatable {
        /// How many they are.
        var documents = 0
        /// The unit in which most of them would be plausible; nil where none is.
        var unit: PlausibleDates.Unit?
    }

    /// How many documents hold what at a field.
    struct Field: Sendable {
        /// The field.
        let field: DatedField
        /// How many documents hold what.
        var counts: [Content: Int] = [:]

        /// How many documents hold dates that lie before or after what is plausible.
        func implausible(_ side: Content.Side) -> Implausible {
            var found = Implausible()
            var units: [PlausibleDates.Unit: Int] = [:]
            for (content, count) in counts {
                guard case .implausible(side, let unit) = content else { continue }
                found.documents += count
                if let unit { units[unit, default: 0] += count }
            }
            // Others may be stand-ins for no date.
            found.unit = units.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key
            return found
        }

        /// How many documents hold contents of a kind.
        func count(_ isMeant: (Content) -> Bool) -> Int {
            counts.reduce(0) { isMeant($1.key) ? $0 + $1.value : $0 }
        }
    }

    /// How many documents were asked for.
    var size = Self.largestSize
    /// How many documents were looked at.
    var documents = 0
    /// Whether there are no others.
    var isWhole: Bool { documents < size }
    /// How many of them the policy would move.
    var eligible = 0
    /// The bytes of these.
    var eligibleBytes: Int64 = 0
    /// The policy's fields.
    var fields: [Field] = []
    /// The comparisons of the policy's queries, and how many documents hold what type there.
    var compared: [(comparison: QueryComparison, types: [String: Int])] = []
    /// Names of top-level fields of some documents; only looked for where a field is in no document.
    var names: [String] = []

    /// The fields that are in none of the documents.
    var unknownFields: [DatedField] {
        guard documents > 0 else { return [] }
        return fields.filter { $0.count { $0 == .other(type: "missing") } == documents }.map(\.field)
    }

    /// About how many bytes the policy would move, of a collection of this size.
    func bytesToMove(ofDocuments count: Int) -> Int64 {
        documents == 0
            ? 0 : Int64(saturating: Double(eligibleBytes) / Double(documents) * Double(max(count, documents)))
    }
}

// MARK: - Asking

extension FieldSample {
    /// How many documents to look at, given their average size in bytes.
    static func size(average: Int?) -> Int {
        guard let average, average > 0 else { return largestSize }
        return max(1, min(largestSize, largestBytes / average))
    }

    /// Takes a sample: a few numbers travel, and no document.
    ///
    /// - Throws: `MongoError`, `isMalformedRequest` where the server does not understand the configured filter.
    static func take(
        of facts: CollectionFacts,
        _ filter: PolicyFilter,
        with client: borrowing Client
    ) throws -> FieldSample {
        let (namespace, size) = (facts.namespace, size(average: facts.averageDocumentBytes))
        let fields = filter.policy.decidingFields
        // Names that hold no dots: fields are counted by their place.
        let contents = fields.enumerated().map { ("\($0.offset)", $0.element.content) }
        let comparisons = QueryComparison.all(of: filter.policy)
        let types = comparisons.enumerated().map { ("\($0.offset)", $0.element.heldType) }
        let pipeline: [BSONValue] = [
            ["$sample": ["size": .int(size)]],
            [
                "$facet": [
                    "contents": [
                        [
                            "$group": [
                                "_id": .document(BSONDocument(contents)), "documents": ["$sum": 1],
                            ]
                        ]
                    ],
                    "compared": [
                        ["$group": ["_id": .document(BSONDocument(types)), "documents": ["$sum": 1]]]
                    ],
                    "eligible": [
                        ["$match": .document(filter.eligible)],
                        [
                            "$group": [
                                "_id": .null, "documents": ["$sum": 1], "bytes": ["$sum": ["$bsonSize": "$$ROOT"]],
                            ]
                        ],
                    ],
                ]
            ],
        ]
        var sample = FieldSample(size: size, fields: fields.map { Field(field: $0) })
        sample.compared = comparisons.map { ($0, [:]) }
        sample.read(try aggregate(pipeline, of: namespace, with: client).first)
        if !sample.unknownFields.isEmpty { sample.names = try names(of: namespace, with: client) }
        return sample
    }

    /// Reads the one document that the server makes of a sample.
    mutating func read(_ reply: BSONDocument?) {
        for group in reply?["contents"]?.array?.compactMap(\.document) ?? [] {
            let documents = Int(group["documents"]?.quantity ?? 0)
            self.documents = self.documents.addingOrSaturated(documents)
            for index in fields.indices {
                let content = Content(group["_id"]?.document?["\(index)"]?.string ?? "missing")
                fields[index].counts[content] = (fields[index].counts[content] ?? 0).addingOrSaturated(documents)
            }
        }
        for group in reply?["compared"]?.array?.compactMap(\.document) ?? [] {
            let documents = Int(group["documents"]?.quantity ?? 0)
            for index in compared.indices {
                let type = group["_id"]?.document?["\(index)"]?.string ?? "missing"
                compared[index].types[type] = (compared[index].types[type] ?? 0).addingOrSaturated(documents)
            }
        }
        let eligible = reply?["eligible"]?.array?.first?.document
        self.eligible = Int(eligible?["documents"]?.quantity ?? 0)
        eligibleBytes = eligible?["bytes"]?.quantity ?? 0
    }

    private static func names(of namespace: Namespace, with client: borrowing Client) throws -> [String] {
        let names: BSONValue = ["$map": ["input": ["$objectToArray": "$$ROOT"], "in": "$$this.k"]]
        let pipeline: [BSONValue] = [
            ["$sample": ["size": 100]], ["$project": ["_id": 0, "names": names]], ["$unwind": "$names"],
            ["$group": ["_id": "$names"]], ["$sort": ["_id": 1]], ["$limit": 200],
        ]
        return try aggregate(pipeline, of: namespace, with: client).compactMap { $0["_id"]?.string }
    }

    private static func aggregate(
        _ pipeline: [BSONValue],
        of namespace: Namespace,
        with client: borrowing Client
    ) throws -> [BSONDocument] {
        let command: BSONDocument = [
            "aggregate": .string(namespace.collection), "pipeline": .array(pipeline), "cursor": [:],
            "maxTimeMS": .int(patience),
        ]
        return try client.all(command, on: namespace.database)
    }
}

extension FieldSample.Content {
    private static let dateName = "usable date"
    private static let insideArrayName = "inside array"

    /// What is implausible, by the names that the server's expression gives it.
    private static let implausible: [String: FieldSample.Content] = {
        let units: [PlausibleDates.Unit?] = [nil] + PlausibleDates.Unit.allCases
        let contents = Side.allCases.flatMap { side in units.map { FieldSample.Content.implausible(side, unit: $0) } }
        return Dictionary(uniqueKeysWithValues: contents.map { (name(of: $0), $0) })
    }()

    /// No type of the server has a name with a blank.
    private static func name(of content: FieldSample.Content) -> String {
        switch content {
        case .date: dateName
        case .insideArray: insideArrayName
        case .implausible(let side, let unit): "\(side.rawValue) dates \(unit?.rawValue ?? "")"
        case .other(let type): type
        }
    }

    /// What the server's expression says.
    fileprivate init(_ name: String) {
        switch name {
        case Self.dateName: self = .date
        case Self.insideArrayName: self = .insideArray
        default: self = Self.implausible[name] ?? .other(type: name)
        }
    }

    /// An expression for what a document holds at a field.
    fileprivate static func expression(_ field: DatedField) -> BSONValue {
        let isEnclosed = field.path.enclosing.map { ["$isArray": [.string("$\($0)")]] as BSONValue }
        return [
            "$switch": [
                "branches": [
                    ["case": ["$ne": [field.moment, .null]], "then": plausibility(of: field)],
                    ["case": ["$or": .array(isEnclosed)], "then": .string(insideArrayName)],
                ], "default": ["$type": .string("$\(field.path)")],
            ]
        ]
    }

    /// An expression for how plausible a field is that holds a date.
    private static func plausibility(of field: DatedField) -> BSONValue {
        let (moment, plausible) = (field.moment, PlausibleDates.range)
        func lies(between lower: BSONValue, and upper: BSONValue) -> BSONValue {
            ["$and": [["$gte": [moment, lower]], ["$lt": [moment, upper]]]]
        }
        func bound(_ cutoff: Int64) -> BSONValue? {
            guard case .at(let value) = field.type.bound(for: cutoff) else { return nil }
            return value
        }
        // An ObjectId can't say a date that is after these, and text only what somebody has meant.
        guard let first = bound(plausible.lowerBound), let last = bound(plausible.upperBound) else {
            return .string(dateName)
        }
        var branches: [BSONValue] = [["case": lies(between: first, and: last), "then": .string(dateName)]]
        for unit in PlausibleDates.Unit.allCases where field.type.unit != nil && unit != field.type.unit {
            let value: (Int64) -> BSONValue = field.type == .date ? { .date(milliseconds: $0) } : { .int64($0) }
            let side: Side = unit.range.lowerBound < (field.type.unit?.range.lowerBound ?? 0) ? .before : .after
            branches.append([
                "case": lies(between: value(unit.range.lowerBound), and: value(unit.range.upperBound)),
                "then": .string(name(of: .implausible(side, unit: unit))),
            ])
        }
        branches.append([
            "case": ["$lt": [moment, first]], "then": .string(name(of: .implausible(.before, unit: nil))),
        ])
        return [
            "$switch": ["branches": .array(branches), "default": .string(name(of: .implausible(.after, unit: nil)))]
        ]
    }
}

extension DatedField {
    /// An expression for what a document holds there.
    fileprivate var content: BSONValue { FieldSample.Content.expression(self) }
}

extension QueryComparison {
    /// An expression for the type that a document holds there: that of an array where one encloses it, too.
    fileprivate var heldType: BSONValue { ["$type": .string("$\(path)")] }
}
