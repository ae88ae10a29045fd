extension String {
    /// The text with control and invisible formatting characters escaped, so that it can't steer a terminal.
    var escaped: String {
        unicodeScalars.reduce(into: "") { text, scalar in
            text += scalar.isHarmful ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }
    }
}

extension Unicode.Scalar {
    /// Whether it ends a line, steers a terminal, or stands for a colour in texts of ours (`TextStyle`).
    var isHarmful: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse: true
        default: false
        }
    }
}
