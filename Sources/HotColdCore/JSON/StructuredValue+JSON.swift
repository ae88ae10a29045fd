extension StructuredValue {
    /// How JSON is laid out.
    public enum Layout: Sendable {
        /// A member or element per line, indented by two spaces.
        case pretty
        /// Everything in one line, for one document per line.
        case compact
    }

    /// The value as JSON, without a line end after it.
    ///
    /// Equal values give equal text.
    ///
    /// Dates are `2026-11-22T16:00:00Z`, outside of the years 0 to 9999 `{"$date": {"$numberLong": "…"}}`. Doubles
    /// are the shortest text that reads back as the same double. Control characters are escaped, those that steer
    /// terminals included.
    public func json(_ layout: Layout = .pretty) -> String {
        var writer = JSONWriter(layout: layout)
        writer.append(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// A date with a year of four digits; nil for all others.
    static func dateText(_ milliseconds: Int64) -> String? {
        let yearsOfFourDigits: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999
        return yearsOfFourDigits.contains(milliseconds) ? ISO8601.string(fromMilliseconds: milliseconds) : nil
    }
}

private struct JSONWriter {
    let layout: StructuredValue.Layout
    var bytes: [UInt8] = []
    private var indentation = 0

    init(layout: StructuredValue.Layout) { self.layout = layout }

    mutating func append(_ value: StructuredValue) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .int(let value): append(String(value))
        case .double(let value): append(value.isFinite ? "\(value)" : "null")
        case .string(let value): append(quoted: value)
        case .date(let milliseconds):
            if let text = StructuredValue.dateText(milliseconds) {
                append(quoted: text)
            } else {
                append(["$date": ["$numberLong": .string(String(milliseconds))]])
            }
        case .bson(let value): append(StructuredValue(extendedJSON: value))
        case .array(let elements):
            appendList("[", "]", elements) { writer, element in writer.append(element) }
        case .object(let members):
            appendList("{", "}", members) { writer, member in
                writer.append(quoted: member.name)
                writer.append(writer.layout == .pretty ? ": " : ":")
                writer.append(member.value)
            }
        }
    }

    private mutating func appendList<Element>(
        _ opening: String,
        _ closing: String,
        _ elements: [Element],
        _ appendElement: (inout JSONWriter, Element) -> Void
    ) {
        append(opening)
        indentation += 1
        for (index, element) in elements.enumerated() {
            if index > 0 { append(",") }
            startLine()
            appendElement(&self, element)
        }
        indentation -= 1
        if !elements.isEmpty { startLine() }
        append(closing)
    }

    private mutating func startLine() {
        guard layout == .pretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indentation))
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func append(quoted text: String) {
        append("\"")
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": append("\\\"")
            case "\\": append("\\\\")
            case "\n": append("\\n")
            case "\r": append("\\r")
            case "\t": append("\\t")
            case "\0"..<" ", "\u{7F}"..."\u{9F}":
                let code = String(scalar.value, radix: 16)
                append("\\u" + String(repeating: "0", count: 4 - code.count) + code)
            default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        append("\"")
    }
}
