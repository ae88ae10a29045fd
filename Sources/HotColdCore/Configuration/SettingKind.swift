/// What a setting may be: one definition for the file, where values have types, and the environment, which is text.
struct SettingKind<Value: Sendable>: Sendable {
    /// What is expected, to follow that word in a message.
    let expectation: String
    /// Reads a node of the file; nil where it is not what is expected.
    let fromJSON: @Sendable (JSONNode) -> Value?
    /// Reads the value of an environment variable; nil where it is not what is expected.
    let fromText: @Sendable (String) -> Value?
    /// The values that there are, where they can be listed.
    var choices: [String] = []
}

extension SettingKind<Int> {
    /// A whole number; in the file without quotes, fraction and exponent.
    static func wholeNumber(_ range: ClosedRange<Int>) -> Self {
        let inRange: @Sendable (JSONNode) -> Int? = { node in
            node.number?.integer.map(Int.init).flatMap { range.contains($0) ? $0 : nil }
        }
        return Self(
            expectation: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            fromJSON: inRange,
            fromText: { text in numberNode(text).flatMap(inRange) }
        )
    }

    /// Days of 24 h, at most as many as milliseconds since 1970 can hold with room to spare.
    static var days: Self { wholeNumber(0...10_000_000) }
}

extension SettingKind<Double> {
    /// A number above 0.
    static var positiveNumber: Self {
        let positive: @Sendable (JSONNode) -> Double? = { $0.number?.double.flatMap { $0 > 0 ? $0 : nil } }
        return Self(
            expectation: "a number above 0",
            fromJSON: positive,
            fromText: { text in numberNode(text).flatMap(positive) }
        )
    }

    /// A number in a range of whole ones.
    static func number(_ range: ClosedRange<Int>) -> Self {
        let bounds = Double(range.lowerBound)...Double(range.upperBound)
        let inRange: @Sendable (JSONNode) -> Double? = { $0.number?.double.flatMap { bounds.contains($0) ? $0 : nil } }
        return Self(
            expectation: "a number from \(range.lowerBound) to \(range.upperBound)",
            fromJSON: inRange,
            fromText: { text in numberNode(text).flatMap(inRange) }
        )
    }
}

extension SettingKind<Bool> {
    /// `true` or `false`; in the environment 1, 0, yes and no as well, in any case.
    static var boolean: Self {
        Self(
            expectation: "true or false",
            fromJSON: { if case .bool(let value) = $0.value { value } else { nil } },
            fromText: { text in
                switch text.lowercased() {
                case "true", "1", "yes": true
                case "false", "0", "no": false
                default: nil
                }
            }
        )
    }
}

extension SettingKind<String> {
    private static func text(_ expectation: String, _ isGood: @escaping @Sendable (String) -> Bool) -> Self {
        let check: @Sendable (String) -> String? = { isGood($0) ? $0 : nil }
        return Self(expectation: expectation, fromJSON: { $0.string.flatMap(check) }, fromText: check)
    }

    /// A database that MongoDB lets us have.
    static var databaseName: Self {
        text("a database name (1 to 63 bytes, none of / \\ . \" $ and blank; not admin, config or local)") { name in
            1...63 ~= name.utf8.count && !["admin", "config", "local"].contains(name)
                && !name.unicodeScalars.contains { "/\\. \"$\0".unicodeScalars.contains($0) }
        }
    }

    /// A collection that MongoDB lets us have.
    static var collectionName: Self {
        text("a collection name (not empty, without $, beginning neither with . nor with system.)") { name in
            !name.isEmpty && !name.utf8.starts(with: "system.".utf8) && !name.utf8.starts(with: ".".utf8)
                && name.utf8.allSatisfy { $0 != 0 && $0 != UInt8(ascii: "$") }
        }
    }

    /// One address, without what a mail program would take for more than that.
    static var mailAddress: Self {
        text("a mail address such as ops@example.com") { address in
            let parts = address.split(separator: "@", omittingEmptySubsequences: false)
            return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !address.hasPrefix("-")
                && address.unicodeScalars.allSatisfy {
                    $0.value > 0x20 && $0.value != 0x7F && !",;<>\"\\".unicodeScalars.contains($0)
                }
        }
    }

    /// One of a few words.
    static func choice(_ words: [String]) -> Self {
        let list = words.map { "\"\($0)\"" }
        var kind = text("\(list.dropLast().joined(separator: ", ")) or \(list.last ?? "")") { words.contains($0) }
        kind.choices = words
        return kind
    }
}

extension SettingKind<[String]> {
    /// A program by its whole path, and its arguments: no shell stands between that would have to be quoted for.
    static var command: Self {
        Self(
            expectation: "an array of a program's absolute path and its arguments",
            fromJSON: { node in
                guard let elements = node.elements else { return nil }
                let words = elements.compactMap(\.string)
                guard words.count == elements.count, words.first?.hasPrefix("/") == true,
                    words.allSatisfy({ !$0.utf8.contains(0) })
                else { return nil }
                return words
            },
            fromText: { _ in nil }
        )
    }
}

extension SettingKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of an enumeration's cases.
    static var word: Self {
        let choice = SettingKind<String>.choice(Value.allCases.map(\.rawValue))
        return Self(
            expectation: choice.expectation,
            fromJSON: { $0.string.flatMap(Value.init(rawValue:)) },
            fromText: { Value(rawValue: $0) },
            choices: choice.choices
        )
    }
}

extension SettingKind<FieldPath> {
    /// A dotted path.
    static var fieldPath: Self {
        Self(
            expectation:
                "a field such as \"last_login\" or \"profile.last_login\" (no part empty, none that starts with $)",
            fromJSON: { $0.string.flatMap { FieldPath($0) } },
            fromText: { FieldPath($0) }
        )
    }
}

/// A number outside of the file, in JSON's grammar; nil for other text, which is the caller's message.
private func numberNode(_ text: String) -> JSONNode? {
    guard let root = try? JSONText(text).root, root.number != nil else { return nil }
    return root
}
