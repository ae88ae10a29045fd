/// How a text for people looks: its emphasis, where the reader wants it, and its width.
///
/// Emphasis is marked by code points for private use. What comes from elsewhere can't steer the terminal by them: `Console`
/// alone writes escape sequences.
struct TextStyle: Sendable {
    let isColorful: Bool
    /// The most columns of a paragraph.
    let width: Int
    /// The columns of the terminal; nil where there is none, and a table may be as wide as it is.
    let terminalWidth: Int?

    /// No emphasis.
    static let plain = TextStyle(isColorful: false)

    /// - Parameter width: of the terminal; nil where there is none, and paragraphs have the usual width.
    init(isColorful: Bool, width: Int? = nil) {
        self.isColorful = isColorful
        // Longer lines are hard to read, and in narrower ones words alone have no room.
        self.width = min(max(width ?? 100, 40), 100)
        terminalWidth = width
    }

    func bold(_ text: String) -> String { marked(text, .bold) }
    func red(_ text: String) -> String { marked(text, .red) }
    func green(_ text: String) -> String { marked(text, .green) }
    func dim(_ text: String) -> String { marked(text, .dim) }
    func yellow(_ text: String) -> String { marked(text, .yellow) }

    private func marked(_ text: String, _ mark: Mark) -> String {
        isColorful ? "\(mark.rawValue)\(text)\(Mark.end.rawValue)" : text
    }

    /// Where emphasis begins, and where it ends.
    enum Mark: Unicode.Scalar {
        case bold = "\u{10FF00}"
        case red = "\u{10FF01}"
        case green = "\u{10FF02}"
        case dim = "\u{10FF03}"
        case yellow = "\u{10FF04}"
        case end = "\u{10FF05}"

        /// The code of SGR in ECMA-48.
        var code: Int {
            switch self {
            case .bold: 1
            case .dim: 2
            case .red: 31
            case .green: 32
            case .yellow: 33
            case .end: 0
            }
        }
    }
}
