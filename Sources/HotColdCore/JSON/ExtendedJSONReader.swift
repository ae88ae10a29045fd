internal import Mongo

/// Turns JSON nodes into BSON values.
struct ExtendedJSONReader {
    private let text: JSONText

    init(_ text: JSONText) { self.text = text }

    /// The value of a node, with `{"$oid": …}` and the other wrappers as BSON types.
    func value(_ node: JSONNode) throws(JSONError) -> BSONValue {
        switch node.value {
        case .null: return .null
        case .bool(let bool): return .bool(bool)
        case .string(let string): return .string(string)
        case .number(let number): return try self.number(number, node)
        case .array(let elements):
            var values: [BSONValue] = []
            for element in elements { values.append(try value(element)) }
            return .array(values)
        case .object(let members):
            if let value = try wrapped(members, node) { return value }
            return .document(try document(members))
        }
    }

    func error(_ reason: String, _ range: Range<Int>) -> JSONError {
        JSONError(reason, at: text.position(of: range))
    }

    private func document(_ members: [JSONMember]) throws(JSONError) -> BSONDocument {
        var writer = BSONWriter()
        for member in members {
            guard !member.name.utf8.contains(0) else {
                throw error("a field name can't hold the character \\u0000", member.nameRange)
            }
            writer.append(member.name, try value(member.value))
        }
        return writer.finish()
    }

    private func number(_ number: JSONNumber, _ node: JSONNode) throws(JSONError) -> BSONValue {
        if number.isInteger {
            guard let integer = number.integer else {
                throw error(
                    "\(number.text) has more than 64 bits; write {\"$numberDecimal\": \"\(number.text)\"} if that is meant",
                    node.range
                )
            }
            return Int32(exactly: integer).map(BSONValue.int32) ?? .int64(integer)
        }
        guard let double = number.double else { throw error("\(number.text) is larger than any double", node.range) }
        return .double(double)
    }

    // MARK: - Wrappers

    /// The value that an object with one of Extended JSON's keys stands for; nil for every other object.
    private func wrapped(_ members: [JSONMember], _ node: JSONNode) throws(JSONError) -> BSONValue? {
        if let regex = try legacyRegularExpression(members) { return regex }
        guard let wrapper = members.lazy.compactMap({ (Wrapper(rawValue: $0.name), $0) }).first(where: { $0.0 != nil }),
            let kind = wrapper.0
        else { return nil }
        let companion = kind == .binary ? "$type" : nil
        if let stranger = members.first(where: { $0.name != kind.rawValue && $0.name != companion }) {
            throw error(
                "\(kind.rawValue) is a value and stands alone in its object, found \"\(quotation(of: stranger.name))\" beside it",
                stranger.nameRange
            )
        }
        let content = wrapper.1.value
        switch kind {
        case .objectID: return try objectID(content)
        case .date: return .date(milliseconds: try date(content))
        case .int32: return .int32(try integer(content, kind))
        case .int64: return .int64(try integer(content, kind))
        case .double: return .double(try double(content))
        case .decimal: return try decimal(content, node)
        case .binary: return try binary(content, legacyType: members.first { $0.name == companion }?.value)
        case .uuid: return .binary(try uuid(content), subtype: 4)
        case .regularExpression: return try regularExpression(content)
        case .timestamp: return try timestamp(content)
        case .symbol: return .text(.symbol, try string(content, kind))
        case .code: return .text(.javascript, try string(content, kind))
        case .minKey: return try flag(content, kind, .minKey) { $0.number?.integer == 1 }
        case .maxKey: return try flag(content, kind, .maxKey) { $0.number?.integer == 1 }
        case .undefined:
            return try flag(content, kind, .undefined) { node in
                if case .bool(true) = node.value { true } else { false }
            }
        case .scope, .dbPointer:
            throw error("\(kind.rawValue) is of no use in a query, and hotcold doesn't read it", wrapper.1.nameRange)
        }
    }

    /// Extended JSON's keys.
    ///
    /// `$regex` is an operator as well and `$type` is one first, so they are not among them.
    private enum Wrapper: String {
        case objectID = "$oid"
        case date = "$date"
        case int32 = "$numberInt"
        case int64 = "$numberLong"
        case double = "$numberDouble"
        case decimal = "$numberDecimal"
        case binary = "$binary"
        case uuid = "$uuid"
        case regularExpression = "$regularExpression"
        case timestamp = "$timestamp"
        case symbol = "$symbol"
        case code = "$code"
        case scope = "$scope"
        case minKey = "$minKey"
        case maxKey = "$maxKey"
        case undefined = "$undefined"
        case dbPointer = "$dbPointer"
    }

    private func string(_ node: JSONNode, _ wrapper: Wrapper) throws(JSONError) -> String {
        guard let string = node.string else {
            throw error("\(wrapper.rawValue) expects a string, found \(node.summary)", node.range)
        }
        return string
    }

    private func integer<T: FixedWidthInteger>(_ node: JSONNode, _ wrapper: Wrapper) throws(JSONError) -> T {
        guard let string = node.string, !string.hasPrefix("+"), let integer = T(string) else {
            throw error(
                "\(wrapper.rawValue) expects a whole number of \(T.bitWidth) bits in quotes, found \(node.summary)",
                node.range
            )
        }
        return integer
    }

    private func flag(
        _ node: JSONNode,
        _ wrapper: Wrapper,
        _ value: BSONValue,
        _ isSet: (JSONNode) -> Bool
    ) throws(JSONError) -> BSONValue {
        guard isSet(node) else {
            let only = wrapper == .undefined ? "true" : "1"
            throw error("\(wrapper.rawValue) expects \(only), found \(node.summary)", node.range)
        }
        return value
    }
}
