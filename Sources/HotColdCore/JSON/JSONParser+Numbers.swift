extension JSONParser {
    /// Parses a number at its sign or first digit and keeps it as text.
    mutating func number() throws(JSONError) -> JSONNumber {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        let isZero = current == UInt8(ascii: "0")
        try digits("a digit after '-'")
        if isZero, bytes[start..<position].drop(while: { $0 == UInt8(ascii: "-") }).count > 1 {
            throw error("a number can't start with 0 unless it is 0 or followed by a '.'", at: start)
        }
        if current == UInt8(ascii: ".") {
            position += 1
            try digits("a digit after '.' in a number")
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try digits("a digit in the exponent of a number")
        }
        return JSONNumber(text: String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits(_ what: String) throws(JSONError) {
        let start = position
        while let byte = current, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { position += 1 }
        if position == start { throw expected(what) }
    }
}
