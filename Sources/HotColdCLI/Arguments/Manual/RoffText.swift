/// Text as roff takes it: what was written is escaped, and stands there as it was written.
struct RoffText: ExpressibleByStringInterpolation {
    /// The escaped text; where it may begin a line, `line` is the form for it.
    let source: String

    private init(escaped source: String) {
        self.source = source
    }

    /// Plain text.
    init(_ text: String) {
        source = text.unicodeScalars.map(\.roff).joined()
    }

    /// Plain text.
    init(stringLiteral text: String) {
        self.init(text)
    }

    /// What is to be typed as it stands.
    static func bold(_ text: String) -> RoffText { RoffText(escaped: "\\fB\(RoffText(text).source)\\fR") }

    /// What stands for something else.
    static func italic(_ text: String) -> RoffText { RoffText(escaped: "\\fI\(RoffText(text).source)\\fR") }

    /// One text behind the other.
    static func + (left: RoffText, right: RoffText) -> RoffText { RoffText(escaped: left.source + right.source) }

    /// A line of the page.
    ///
    /// A line that begins with a dot would be a request, were it not for `\&`, which is nothing; the other character that
    /// begins requests, the apostrophe, is always escaped.
    var line: String { source.hasPrefix(".") ? "\\&\(source)\n" : "\(source)\n" }
}

extension Unicode.Scalar {
    /// The character in roff.
    ///
    /// The dash, apostrophe, accents and quotes of ASCII are typographic characters to roff unless escaped, and could
    /// not be copied from the page to a shell. What is not ASCII is named by its number.
    fileprivate var roff: String {
        switch self {
        case "\\": "\\e"
        case "-": "\\-"
        case "'": "\\(aq"
        case "\"": "\\(dq"
        case "`": "\\(ga"
        case "^": "\\(ha"
        case "~": "\\(ti"
        case _ where isASCII: String(self)
        default: "\\[u\(hexadecimal)]"
        }
    }

    /// The number in the form of roff: at least four digits.
    private var hexadecimal: String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
