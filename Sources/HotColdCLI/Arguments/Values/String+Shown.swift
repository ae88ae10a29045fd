extension String {
    /// The text on one line, harmless to a terminal: control and invisible formatting characters are escaped.
    var harmless: String { unicodeScalars.map(\.shown).joined() }

    /// The argument as a message may show it: on one line, harmless to a terminal, not too long, without a secret.
    ///
    /// Control and invisible formatting characters are escaped. A text that is empty or has spaces in it is put in single
    /// quotes. What looks like a connection string is cut off where its password may begin, even when it is mistyped:
    /// after `://`, and after a colon that an `@` follows.
    var shown: String {
        var safe = ""
        var rest = Substring(self)
        while let scalar = rest.unicodeScalars.first {
            if rest.utf8.starts(with: "://".utf8) {
                safe += "://…"
                break
            }
            if scalar == ":", rest.unicodeScalars.contains("@") {
                safe += ":…"
                break
            }
            // Counted in scalars and not in characters: one character may carry any number of accents.
            if safe.unicodeScalars.count >= 60 {
                safe += "…"
                break
            }
            safe += scalar.shown
            rest.unicodeScalars.removeFirst()
        }
        return safe.isEmpty || safe.contains(" ") ? "'\(safe)'" : safe
    }

    /// Whether every character of the text is one that a message shows as it is.
    var isPlain: Bool { unicodeScalars.allSatisfy { $0.shown == String($0) } }
}

extension Unicode.Scalar {
    /// The scalar itself where it is visible or a plain space, else its escape as Swift would write it.
    fileprivate var shown: String {
        switch (self, properties.generalCategory) {
        case ("\n", _): "\\n"
        case ("\t", _): "\\t"
        case (" ", _): " "
        case (_, .control), (_, .format), (_, .surrogate), (_, .privateUse), (_, .unassigned),
            (_, .lineSeparator), (_, .paragraphSeparator), (_, .spaceSeparator):
            "\\u{\(String(value, radix: 16, uppercase: true))}"
        default: String(self)
        }
    }
}
