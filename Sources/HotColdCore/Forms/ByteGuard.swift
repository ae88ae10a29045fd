internal import Mongo

/// A query that finds a document only as long as it has the very bytes that it had.
///
/// The server compares values, not bytes: 1 equals 1.0, a string the symbol of the same text, and `12.50` equals `12.5`.
/// So beside its comparison, which sees names, order and values, the size is compared, and of what it is lax about the
/// types and the digits.
struct ByteGuard {
    /// The most fields of a document that are asked for one by one.
    private static let fewFields = 12
    /// The largest query; it stands in a command, which is a document of at most 16 MB.
    private static let mostBytes = 15 << 20

    /// The query.
    let query: BSONDocument
    /// Whether no other document can match it.
    ///
    /// False where no query can tell: a NaN with another payload, a decimal zero encoded in an unusual way, two fields of
    /// one name, the scope of code, arrays whose elements are not numbered, and what lies too deep.
    let isExact: Bool

    /// Makes the guard of a document.
    ///
    /// - Throws: `BSONError` where it makes no sense.
    init(_ id: BSONValue, _ document: BSONDocument) throws {
        var checks = Checks()
        try checks.add(Gaps(document), of: document)
        let plain = checks.query(id, document, comparing: false)
        let query = checks.compared.isEmpty ? plain : checks.query(id, document, comparing: true)
        let hasRoom = query.byteCount <= Self.mostBytes
        self.query = hasRoom ? query : plain
        isExact = !checks.isBlind && hasRoom
    }

    /// What is to be asked beside the comparison.
    private struct Checks {
        /// Types, by the paths of queries.
        var types: [(path: String, type: BSONType)] = []
        /// Pairs of expressions that must have the same result.
        var equal: [(found: BSONValue, copy: BSONValue)] = []
        /// Fields that a query has to compare, since it sees more than an expression there.
        var compared: [BSONElement] = []
        var isBlind = false

        /// Adds what it takes for a whole document.
        mutating func add(_ gaps: Gaps, of document: BSONDocument) throws {
            isBlind = gaps.isBlind
            let elements = try document.elements()
            // A path is that of the first one, whatever stands there.
            for element in elements.haveNameTwice ? [] : elements {
                let gaps = try Gaps(element.value)
                guard gaps.isFinerInQueries, !gaps.isMisread else { continue }
                if element.isAddressable { compared.append(element) } else { isBlind = true }
            }
            try add(document, gaps, at: nil)
        }

        /// Adds what it takes for a document at a path; nil is the whole.
        private mutating func add(_ document: BSONDocument, _ gaps: Gaps, at path: String?) throws {
            let elements = try document.elements()
            let fields = try elements.map { (element: $0, gaps: try Gaps($0.value)) }.filter(\.gaps.isLax)
            guard !elements.haveNameTwice, fields.count <= fewFields, fields.allSatisfy(\.element.isAddressable) else {
                return addSignature(gaps, at: path)
            }
            for (element, gaps) in fields {
                let path = path.map { "\($0).\(element.name)" } ?? element.name
                switch element.value.type {
                case .document: try add(BSONDocument(bytes: element.value.bytes), gaps, at: path)
                case .array: addSignature(gaps, at: path)
                default:
                    types.append((path, element.value.type))
                    guard gaps.needsDigits else { continue }
                    equal.append((["$toString": .string("$\(path)")], ["$toString": .string("$$copy.\(path)")]))
                }
            }
        }

        private mutating func addSignature(_ gaps: Gaps, at path: String?) {
            guard let signature = Signature(gaps) else { return isBlind = true }
            let found = path.map { "$\($0)" } ?? "$$ROOT"
            let copy = path.map { "$$copy.\($0)" } ?? "$$copy"
            equal.append((signature.expression(of: found), signature.expression(of: copy)))
        }

        func query(_ id: BSONValue, _ document: BSONDocument, comparing: Bool) -> BSONDocument {
            var conditions: [BSONValue] = [
                ["$eq": ["$$ROOT", "$$copy"]],
                ["$eq": [["$bsonSize": "$$ROOT"], .int(document.byteCount)]],
            ]
            conditions += equal.map { ["$eq": [$0.found, $0.copy]] }
            let isSame: BSONValue = [
                "$let": ["vars": ["copy": .literal(.document(document))], "in": ["$and": .array(conditions)]]
            ]
            var writer = BSONWriter(reserving: document.byteCount + 512)
            writer.append("_id", ["$eq": id])
            var others: [BSONValue] = types.map {
                [$0.path: ["$type": .int32(Int32(Int8(bitPattern: $0.type.rawValue)))]]
            }
            if comparing { others += compared.map { [$0.name: ["$eq": $0.value]] } }
            if !others.isEmpty { writer.append("$and", .array(others)) }
            writer.append("$expr", isSame)
            return writer.finish()
        }
    }
}

extension BSONElement {
    /// Whether a path can name the field.
    fileprivate var isAddressable: Bool {
        guard let name = String(validating: nameBytes, as: UTF8.self), !name.isEmpty else { return false }
        return !name.hasPrefix("$") && !name.utf8.contains(UInt8(ascii: "."))
    }
}
