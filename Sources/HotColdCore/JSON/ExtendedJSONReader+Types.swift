internal import Mongo

extension ExtendedJSONReader {
    func objectID(_ node: JSONNode) throws(JSONError) -> BSONValue {
        guard let string = node.string, string.utf8.count == 24, let bytes = hexadecimalBytes(string) else {
            throw error("$oid expects 24 hexadecimal digits in quotes, found \(node.summary)", node.range)
        }
        return .objectID(bytes)
    }

    /// Milliseconds since 1970 from a date's text (UTC where it names no zone), from a number, or from `{"$numberLong": "…"}`.
    func date(_ node: JSONNode) throws(JSONError) -> Int64 {
        if let milliseconds = node.string.flatMap({ ISO8601.milliseconds(from: $0.utf8) }) { return milliseconds }
        if let milliseconds = node.number?.integer { return milliseconds }
        if let members = node.members, members.count == 1, members[0].name == "$numberLong" {
            // Its own error says more than ours.
            if let milliseconds = try value(node).integer { return milliseconds }
        }
        throw error(
            "$date expects a date such as \"2024-11-01\", \"2024-11-01T16:00:00Z\" or \"2024-11-01T16:00:00.250+02:00\","
                + " or milliseconds since 1970 as {\"$numberLong\": \"1730419200000\"}, found \(node.summary)",
            node.range
        )
    }

    func double(_ node: JSONNode) throws(JSONError) -> Double {
        switch node.string {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        case let string?:
            // Swift reads hexadecimal numbers and "inf" too.
            let isDecimal = string.utf8.allSatisfy { "+-.eE0123456789".utf8.contains($0) }
            if isDecimal, let double = Double(string), double.isFinite { return double }
        case nil: break
        }
        throw error(
            "$numberDouble expects a number, NaN, Infinity or -Infinity in quotes, found \(node.summary)",
            node.range
        )
    }

    /// A decimal, the one wrapper that libbson reads: its rules of rounding are the server's.
    ///
    /// It answers nonsense with NaN.
    func decimal(_ node: JSONNode, _ whole: JSONNode) throws(JSONError) -> BSONValue {
        let problem = error(
            "$numberDecimal expects a number of at most 34 digits in quotes, found \(node.summary)",
            node.range
        )
        guard let string = node.string, string.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C })
        else { throw problem }
        // libbson's reason adds nothing: the text is JSON, so the number is what it doesn't like.
        let document = try? ExtendedJSON.document(from: "{\"v\": {\"$numberDecimal\": \"\(string)\"}}")
        guard let value = document?["v"], value.type == .decimal128, let top = value.bytes.last else { throw problem }
        // The five bits after the sign are 11111 for NaN and 11110 for infinity.
        let word = string.lowercased().drop { $0 == "-" || $0 == "+" }
        switch top & 0x7C {
        case 0x7C: guard word == "nan" else { throw problem }
        case 0x78: guard word == "inf" || word == "infinity" else { throw problem }
        default: break
        }
        return value.detached
    }

    func binary(_ node: JSONNode, legacyType: JSONNode?) throws(JSONError) -> BSONValue {
        let problem = error(
            "$binary expects {\"base64\": \"…\", \"subType\": \"00\"} with padded base64 and one byte in hexadecimal",
            node.range
        )
        var base64 = node
        var type = legacyType
        if legacyType == nil {
            guard let members = node.members, members.count == 2,
                let data = members.first(where: { $0.name == "base64" }),
                let subtype = members.first(where: { $0.name == "subType" })
            else { throw problem }
            base64 = data.value
            type = subtype.value
        }
        guard let digits = type?.string, 1...2 ~= digits.utf8.count,
            let subtype = hexadecimalBytes(digits.utf8.count == 1 ? "0" + digits : digits)?.first,
            let bytes = base64.string.flatMap(base64Bytes)
        else { throw problem }
        guard subtype == 2 else { return .binary(bytes, subtype: subtype) }
        // The old binary type repeats its length inside.
        let length = UInt32(bytes.count)
        return .binary((0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + bytes, subtype: 2)
    }

    func uuid(_ node: JSONNode) throws(JSONError) -> [UInt8] {
        let groups = node.string?.split(separator: "-", omittingEmptySubsequences: false).map(String.init) ?? []
        guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12], let bytes = hexadecimalBytes(groups.joined()) else {
            throw error(
                "$uuid expects a string such as \"73ffd264-44b3-4c69-90e8-e7d1dfc035d4\", found \(node.summary)",
                node.range
            )
        }
        return bytes
    }

    func timestamp(_ node: JSONNode) throws(JSONError) -> BSONValue {
        guard let members = node.members, members.count == 2,
            let seconds = members.first(where: { $0.name == "t" })?.value.number?.integer.flatMap(
                UInt32.init(exactly:)
            ),
            let increment = members.first(where: { $0.name == "i" })?.value.number?.integer.flatMap(
                UInt32.init(exactly:)
            )
        else { throw error("$timestamp expects {\"t\": 1, \"i\": 1} with whole numbers of 32 bits", node.range) }
        return .timestamp(seconds: seconds, increment: increment)
    }

    // MARK: - Regular expressions

    func regularExpression(_ node: JSONNode) throws(JSONError) -> BSONValue {
        guard let members = node.members, members.count == 2,
            let pattern = members.first(where: { $0.name == "pattern" })?.value,
            let options = members.first(where: { $0.name == "options" })?.value
        else {
            throw error("$regularExpression expects {\"pattern\": \"…\", \"options\": \"\"}", node.range)
        }
        guard let value = try regularExpression(pattern, options) else {
            throw error("$regularExpression expects strings in pattern and options", node.range)
        }
        return value
    }

    /// `{"$regex": "…"}`, alone or with `$options`; nil for other objects, `{"$regex": "…", "$nin": […]}` among them.
    func legacyRegularExpression(_ members: [JSONMember]) throws(JSONError) -> BSONValue? {
        guard let pattern = members.first(where: { $0.name == "$regex" })?.value,
            members.allSatisfy({ $0.name == "$regex" || $0.name == "$options" })
        else { return nil }
        return try regularExpression(pattern, members.first { $0.name == "$options" }?.value)
    }

    private func regularExpression(_ pattern: JSONNode, _ options: JSONNode?) throws(JSONError) -> BSONValue? {
        guard let text = pattern.string, let letters = options.map(\.string) ?? "" else { return nil }
        guard !text.utf8.contains(0) else {
            throw error("a regular expression can't hold the character \\u0000", pattern.range)
        }
        for letter in letters where !"ilmsux".contains(letter) {
            throw error(
                "unknown option '\(quotation(of: String(letter)))' of a regular expression",
                (options ?? pattern).range
            )
        }
        // BSON wants the options in the order of the alphabet.
        let bytes = Array(text.utf8) + [0] + Set(letters.utf8).sorted() + [0]
        return BSONValue(type: .regularExpression, bytes: bytes[...])
    }
}

/// The bytes that pairs of hexadecimal digits stand for; nil where the text is anything else.
private func hexadecimalBytes(_ text: String) -> [UInt8]? {
    let digits = text.utf8.compactMap { $0 < 0x80 ? Character(Unicode.Scalar($0)).hexDigitValue : nil }
    guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// The bytes that base64 with its padding stands for; nil where the text is anything else.
private func base64Bytes(_ text: String) -> [UInt8]? {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let padding = text.utf8.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    let digits = text.utf8.dropLast(padding).map { alphabet.firstIndex(of: $0) }
    guard text.utf8.count.isMultiple(of: 4), padding <= 2 else { return nil }
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    for (index, digit) in digits.enumerated() {
        guard let digit else { return nil }
        bits = bits << 6 | UInt32(digit)
        // After the second, third and fourth of four digits a byte is complete.
        let missing = 2 * UInt32(3 - index % 4)
        if missing < 6 { bytes.append(UInt8(truncatingIfNeeded: bits >> missing)) }
    }
    return bytes
}
