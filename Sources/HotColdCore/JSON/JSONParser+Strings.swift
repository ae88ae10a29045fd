extension JSONParser {
    /// Parses a string at its opening quote.
    mutating func string() throws(JSONError) -> String {
        let start = position
        var text: [UInt8] = []
        position += 1
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                text.append(contentsOf: UTF8.encodeScalar(try escape()))
            case 0x0A, 0x0D:
                throw error(
                    "the string that starts here has no closing '\"' on its line (a line end is written \\n)",
                    at: start
                )
            case 0..<0x20:
                let code = String(byte, radix: 16)
                let escape = "\\u" + String(repeating: "0", count: 4 - code.count) + code
                throw error(
                    "a control character in a string; it is written \(byte == 0x09 ? "\\t" : escape)",
                    at: position
                )
            default:
                text.append(byte)
                position += 1
            }
        }
        throw expected("'\"' at the end of a string", openedAt: start)
    }

    /// Parses an escape at its backslash.
    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        let start = position
        position += 1
        let letter = current
        position += 1
        switch letter {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(startingAt: start)
        case nil: throw expectedAtEnd("the rest of an escape after '\\'")
        default:
            throw error(
                "an unknown escape: after '\\' stands one of \" \\ / b f n r t u (a backslash is written \\\\)",
                at: start
            )
        }
    }

    /// Parses what follows `\u`: one code unit, or two that make a pair of surrogates.
    private mutating func unicodeEscape(startingAt start: Int) throws(JSONError) -> Unicode.Scalar {
        let first = try codeUnit(startingAt: start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        let half = "half a character: \\uD800 to \\uDBFF and \\uDC00 to \\uDFFF stand in pairs, in this order"
        guard UTF16.isLeadSurrogate(first), bytes[position...].starts(with: Array("\\u".utf8)) else {
            throw error(half, at: start)
        }
        let secondStart = position
        position += 2
        let second = try codeUnit(startingAt: secondStart)
        guard UTF16.isTrailSurrogate(second) else { throw error(half, at: start) }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    /// Parses four hexadecimal digits.
    private mutating func codeUnit(startingAt start: Int) throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = current else { throw expectedAtEnd("four hexadecimal digits after '\\u'") }
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw error("expected four hexadecimal digits after '\\u'", at: start)
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }

    private mutating func expectedAtEnd(_ what: String) -> JSONError {
        position = bytes.count
        return expected(what)
    }
}

extension UTF8 {
    /// The bytes of a scalar.
    fileprivate static func encodeScalar(_ scalar: Unicode.Scalar) -> [UInt8] { Array(String(scalar).utf8) }
}
