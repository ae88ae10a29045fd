internal import Mongo

extension ByteGuard {
    /// What the server's comparison of a value does not see.
    struct Gaps {
        /// What stands at one depth.
        struct Kinds: OptionSet {
            let rawValue: UInt8
            static let scalar = Kinds(rawValue: 1)
            static let document = Kinds(rawValue: 2)
            static let array = Kinds(rawValue: 4)
        }

        /// What there is at each depth, down to the deepest value whose type is not seen.
        private(set) var levels: [Kinds] = []
        /// How deep that one lies; nil where there is none.
        private(set) var depth: Int?
        /// Whether there are numbers whose digits are not seen: `12.50` and `12.5`, 0.0 and -0.0.
        private(set) var needsDigits = false
        /// Whether a query sees more than an expression: the names in an array, a DBPointer's namespace, the second
        /// length in binary data of subtype 2.
        private(set) var isFinerInQueries = false
        /// Whether a query would not find what it is given: it takes the elements of any array for numbered.
        private(set) var isMisread = false
        /// Whether there is something that nothing sees.
        private(set) var isBlind = false

        /// Whether the types of some values are not seen.
        var isLax: Bool { depth != nil }

        /// Looks at a value.
        ///
        /// - Throws: `BSONError` where it makes no sense.
        init(_ value: BSONValue) throws {
            switch value.type {
            case .document: self = try Gaps(BSONDocument(bytes: value.bytes), .document)
            case .array:
                self = try Gaps(BSONDocument(bytes: value.bytes), .array)
                isFinerInQueries = isFinerInQueries || value.bytes.count > 5
            default: look(at: value)
            }
        }

        /// Looks at a document.
        ///
        /// - Throws: `BSONError` where it makes no sense.
        init(_ document: BSONDocument) throws { self = try Gaps(document, .document) }

        private init(_ container: BSONDocument, _ kind: Kinds) throws {
            levels = [kind]
            let elements = try container.elements()
            for element in elements { add(try Gaps(element.value)) }
            // The first one is compared in the place of all.
            if kind == .document, elements.haveNameTwice { isBlind = true }
            if kind == .array, !elements.haveNumbersForNames { (isMisread, isBlind) = (true, true) }
        }

        private mutating func add(_ inner: Gaps) {
            for (index, kinds) in inner.levels.enumerated() {
                if index + 1 < levels.count { levels[index + 1].formUnion(kinds) } else { levels.append(kinds) }
            }
            if let below = inner.depth { depth = max(depth ?? 0, below + 1) }
            needsDigits = needsDigits || inner.needsDigits
            isFinerInQueries = isFinerInQueries || inner.isFinerInQueries
            isMisread = isMisread || inner.isMisread
            isBlind = isBlind || inner.isBlind
        }

        private mutating func look(at value: BSONValue) {
            levels = [.scalar]
            switch value.type {
            // An int32 is the shortest number: one of another type in its place shows in the size.
            case .string, .symbol, .int64: depth = 0
            case .double:
                depth = 0
                needsDigits = value.double == 0
                isBlind = value.double?.isNaN ?? true
            case .decimal128:
                depth = 0
                needsDigits = true
                isBlind = !value.isOrdinaryDecimal
            case .dbPointer: isFinerInQueries = true
            case .binary: isFinerInQueries = value.bytes.dropFirst(4).first == 2
            case .javascriptWithScope: isBlind = !value.hasEmptyScope
            default: break
            }
        }
    }

    /// An expression of the types of all values in a value, and of the digits of some.
    struct Signature {
        /// A command must not be nested deeper than 200, and each depth takes nine.
        private static let deepest = 16

        private let levels: [Gaps.Kinds]
        private let depth: Int
        private let hasDigits: Bool

        /// Nil where the values lie too deep.
        init?(_ gaps: Gaps) {
            guard let depth = gaps.depth, depth <= Self.deepest else { return nil }
            (levels, self.depth, hasDigits) = (gaps.levels, depth, gaps.needsDigits)
        }

        /// The expression for a variable or a path.
        func expression(of path: String) -> BSONValue { expression(of: path, at: 0) }

        private func expression(of path: String, at level: Int) -> BSONValue {
            let value = BSONValue.string(path)
            guard level < depth else { return leaf(value) }
            let (fields, elements): (BSONValue, BSONValue) = (
                ["$objectToArray": value], ["$map": ["input": value, "in": ["v": "$$this"]]]
            )
            switch levels[level] {
            case .document: return map(fields, expression(of: "$$this.v", at: level + 1))
            case .array: return map(value, expression(of: "$$this", at: level + 1))
            default:
                let isArray: BSONValue = ["$isArray": [value]]
                let inner = map(["$cond": [isArray, elements, fields]], expression(of: "$$this.v", at: level + 1))
                return ["$cond": [["$in": [["$type": value], ["object", "array"]]], inner, leaf(value)]]
            }
        }

        private func map(_ input: BSONValue, _ body: BSONValue) -> BSONValue { ["$map": ["input": input, "in": body]] }

        private func leaf(_ value: BSONValue) -> BSONValue {
            let type: BSONValue = ["$type": value]
            guard hasDigits else { return type }
            let digits: BSONValue = ["$concat": [type, " ", ["$toString": value]]]
            return ["$cond": [["$in": [type, ["double", "decimal"]]], digits, type]]
        }
    }
}

extension [BSONElement] {
    var haveNameTwice: Bool {
        if count <= 16 {
            return indices.contains { index in self[..<index].contains { $0.nameBytes == self[index].nameBytes } }
        }
        return Set(map(\.nameBytes)).count < count
    }

    fileprivate var haveNumbersForNames: Bool {
        enumerated().allSatisfy { index, element in element.hasName(String(index)) }
    }
}

extension BSONValue {
    /// Whether a decimal is written in the one way that its digits and its exponent have.
    ///
    /// Not zero, infinity or NaN, which the server shows alike whatever else their bits hold. A coefficient of more than
    /// 34 digits is zero, too.
    fileprivate var isOrdinaryDecimal: Bool {
        guard bytes.count == 16 else { return false }
        let (low, high) = bytes.prefix(8).words(bytes.suffix(8))
        // Two bits after the sign say that the coefficient is too large, infinite or no number.
        guard high >> 61 & 3 != 3 else { return false }
        let coefficient = (high: high & 0x1_FFFF_FFFF_FFFF, low: low)
        let limit: (high: UInt64, low: UInt64) = (0x1_ED09_BEAD_87C0, 0x378D_8E64_0000_0000)
        return coefficient != (0, 0) && coefficient < limit
    }

    /// Whether code with scope has nothing in its scope.
    fileprivate var hasEmptyScope: Bool { bytes.suffix(5).elementsEqual([5, 0, 0, 0, 0]) && scopeIsLast }

    private var scopeIsLast: Bool {
        guard bytes.count >= 14 else { return false }
        let code = bytes.dropFirst(4).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        return bytes.count == 13 + code
    }
}

extension ArraySlice<UInt8> {
    fileprivate func words(_ other: ArraySlice<UInt8>) -> (UInt64, UInt64) {
        (reversed().reduce(0) { $0 << 8 | UInt64($1) }, other.reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }
}
