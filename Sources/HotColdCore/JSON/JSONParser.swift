/// One pass over a text: recursive descent, bounded by `JSONText.maximumDepth`.
struct JSONParser {
    let bytes: [UInt8]
    var position = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The byte at the position; nil at the end.
    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// Parses the whole text.
    mutating func parse() throws(JSONError) -> JSONNode {
        try checkEncoding()
        skipSpace()
        let root = try value(expecting: "a JSON value")
        skipSpace()
        guard current == nil else { throw expected("the end of the text after the value") }
        return root
    }

    private func checkEncoding() throws(JSONError) {
        guard !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else {
            throw error("the text starts with a byte order mark; save the file as UTF-8 without BOM", at: 0)
        }
        guard !bytes.starts(with: [0xFE, 0xFF]), !bytes.starts(with: [0xFF, 0xFE]) else {
            throw error("the text is UTF-16; save the file as UTF-8", at: 0)
        }
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
        } catch let problem {
            throw error("the text is not UTF-8 here", at: problem.byteOffsets.lowerBound)
        }
    }

    /// Skips spaces, tabs and line ends: all the white space that JSON has.
    mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private mutating func value(expecting what: String) throws(JSONError) -> JSONNode {
        let start = position
        let value: JSONNode.Value
        switch current {
        case UInt8(ascii: "{"): value = try nested { parser throws(JSONError) in try parser.object() }
        case UInt8(ascii: "["): value = try nested { parser throws(JSONError) in try parser.array() }
        case UInt8(ascii: "\""): value = .string(try string())
        case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): value = .number(try number())
        default:
            guard let literal = literal() else { throw expected(what) }
            value = literal
        }
        return JSONNode(value: value, range: start..<position)
    }

    private mutating func literal() -> JSONNode.Value? {
        let word = self.word
        let value: JSONNode.Value
        switch word {
        case "null": value = .null
        case "true": value = .bool(true)
        case "false": value = .bool(false)
        default: return nil
        }
        position += word.utf8.count
        return value
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(JSONError) -> JSONNode.Value
    ) throws(JSONError) -> JSONNode.Value {
        guard depth < JSONText.maximumDepth else {
            throw error("nested deeper than \(JSONText.maximumDepth) arrays and objects", at: position)
        }
        depth += 1
        defer { depth -= 1 }
        return try body(&self)
    }

    private mutating func array() throws(JSONError) -> JSONNode.Value {
        let start = position
        var elements: [JSONNode] = []
        position += 1
        skipSpace()
        while current != UInt8(ascii: "]") {
            try checkNotAtEnd("a value or ']'", openedAt: start)
            elements.append(try value(expecting: elements.isEmpty ? "a value or ']'" : "a value after ','"))
            try separator(closing: "]", openedAt: start)
        }
        position += 1
        return .array(elements)
    }

    private mutating func object() throws(JSONError) -> JSONNode.Value {
        let start = position
        var members: [JSONMember] = []
        var seen: [[UInt8]: Int] = [:]  // By bytes: Swift's strings are equal when they look the same.
        position += 1
        skipSpace()
        while current != UInt8(ascii: "}") {
            try checkNotAtEnd("a key in double quotes or '}'", openedAt: start)
            let nameStart = position
            guard current == UInt8(ascii: "\"") else {
                throw expected("a key in double quotes" + (members.isEmpty ? " or '}'" : " after ','"))
            }
            let name = try string()
            let nameRange = nameStart..<position
            if let first = seen.updateValue(nameStart, forKey: Array(name.utf8)) {
                let place = SourcePosition(ofByte: first, in: bytes)
                throw error(
                    "the key \"\(quotation(of: name))\" stands twice in this object, first at \(place)",
                    at: nameStart
                )
            }
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw expected("':' after a key") }
            position += 1
            skipSpace()
            members.append(
                JSONMember(name: name, nameRange: nameRange, value: try value(expecting: "a value after ':'"))
            )
            try separator(closing: "}", openedAt: start)
        }
        position += 1
        return .object(members)
    }

    /// Moves over a comma to the next element, or to the closing bracket and not beyond.
    private mutating func separator(closing bracket: Unicode.Scalar, openedAt start: Int) throws(JSONError) {
        skipSpace()
        if current == UInt8(ascii: bracket) { return }
        guard current == UInt8(ascii: ",") else {
            throw expected("',' or '\(bracket)' after a value", openedAt: start)
        }
        let comma = position
        position += 1
        skipSpace()
        if current == UInt8(ascii: bracket) {
            throw error("expected another entry after ',', found '\(bracket)': no comma after the last one", at: comma)
        }
        try checkNotAtEnd("another entry after ','", openedAt: start)
    }

    private func checkNotAtEnd(_ what: String, openedAt start: Int) throws(JSONError) {
        if current == nil { throw expected(what, openedAt: start) }
    }
}
