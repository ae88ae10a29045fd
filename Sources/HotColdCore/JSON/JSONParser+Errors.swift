internal import Mongo

extension JSONParser {
    /// An error at a byte.
    func error(_ reason: String, at offset: Int) -> JSONError {
        JSONError(reason, at: SourcePosition(ofByte: offset, in: bytes))
    }

    /// An error at the position: what should stand there, and what does; at the end of the text also which bracket or
    /// quote was opened and never closed.
    func expected(_ what: String, openedAt start: Int? = nil) -> JSONError {
        guard current == nil else { return error("expected \(what), found \(found)", at: position) }
        guard !bytes.allSatisfy({ $0 <= 0x20 }) else {
            return error("expected \(what), found nothing: the text is empty", at: 0)
        }
        let reason = "expected \(what), found the end of the text"
        guard let start else { return error(reason, at: position) }
        let opener = Unicode.Scalar(bytes[start])
        return error(
            "\(reason): '\(opener)' at \(SourcePosition(ofByte: start, in: bytes)) is not closed",
            at: position
        )
    }

    /// The letters, digits and signs at the position, as far as they look like one word.
    var word: String {
        let signs = Set("_$+-.".utf8)
        let end = bytes[position...].firstIndex { byte in
            let letter = byte | 0x20
            return
                !(UInt8(ascii: "a")...UInt8(ascii: "z") ~= letter || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || signs.contains(byte))
        }
        return String(decoding: bytes[position..<(end ?? bytes.count)], as: UTF8.self)
    }

    /// What stands at the position, in words that help whoever typed it.
    private var found: String {
        guard lineMayBeShown else { return "something else" }
        let rest = bytes[position...]
        if rest.starts(with: Array("//".utf8)) || rest.starts(with: Array("/*".utf8)) || rest.first == UInt8(ascii: "#")
        {
            return "a comment: JSON has none"
        }
        if rest.first == UInt8(ascii: "'") { return "a single quote: strings stand in double quotes" }
        if rest.first == UInt8(ascii: "\"") {
            var copy = self
            let text = (try? copy.string()).map { quotation(of: $0, limit: 40) }  // It need not be a whole one.
            return text.map { "\"\($0)\"" } ?? "a string"
        }
        let word = word
        guard word.isEmpty else { return "'\(quotation(of: word, limit: 40))'" + advice(for: word) }
        let scalar = String(decoding: rest.prefix(4), as: UTF8.self).unicodeScalars.first ?? "?"
        return "'\(quotation(of: String(scalar)))'"
    }

    private func advice(for word: String) -> String {
        switch word.lowercased() {
        case "true", "false", "null": ": in JSON it is written \(word.lowercased())"
        case "none", "nil", "undefined": ": in JSON it is written null"
        case "nan", "infinity", "+infinity", "-infinity", "inf": ": JSON has no such number"
        default: ""
        }
    }

    /// Whether the line holds nothing that may be a part of a connection string, and so of a password.
    ///
    /// A stray quote in a password ends its string early; what follows would be shown as what was found.
    private var lineMayBeShown: Bool {
        let isLineEnd = { (byte: UInt8) in byte == 0x0A || byte == 0x0D }
        let start = bytes[..<position].lastIndex(where: isLineEnd).map { $0 + 1 } ?? 0
        let end = bytes[position...].firstIndex(where: isLineEnd) ?? bytes.count
        let line = String(decoding: bytes[start..<end], as: UTF8.self).lowercased()
        return !["@", "\\", ":/", "uri", "mongodb"].contains { line.contains($0) }
    }
}
