/// Emphasis by the SGR codes of ECMA-48, where the reader wants it.
struct TextStyle: Sendable {
    let isColorful: Bool

    /// No emphasis.
    static let plain = TextStyle(isColorful: false)

    func bold(_ text: String) -> String { styled(text, "1") }
    func red(_ text: String) -> String { styled(text, "31") }
    func green(_ text: String) -> String { styled(text, "32") }
    func dim(_ text: String) -> String { styled(text, "2") }
    func yellow(_ text: String) -> String { styled(text, "33") }

    private func styled(_ text: String, _ code: String) -> String {
        isColorful ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
