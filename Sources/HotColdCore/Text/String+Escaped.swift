extension String {
    /// The text with control and invisible formatting characters escaped, so that it can't steer a terminal.
    var escaped: String {
        unicodeScalars.reduce(into: "") { text, scalar in
            let category = scalar.properties.generalCategory
            let isHarmful = category == .control || category == .format
            text += isHarmful ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }
    }
}
