/// An object of the file.
struct ConfigurationSection {
    /// The keys that lead to it; empty for the whole.
    let keyPath: String
    /// Where to point for what is missing in it.
    let range: Range<Int>
    let members: [JSONMember]

    func member(_ key: String) -> JSONMember? { members.first { $0.name == key } }

    func path(to key: String) -> String {
        let plain = key.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        let name = plain && 1...64 ~= key.utf8.count ? key : "\"\(quotation(of: key))\""
        return keyPath.isEmpty ? name : "\(keyPath).\(name)"
    }
}

/// Takes typed settings out of file and environment, and collects what is wrong with them.
struct ConfigurationReader {
    let text: JSONText
    let file: String
    let environment: [String: String]
    private(set) var problems: [ConfigurationError.Problem] = []

    init(_ text: JSONText, file: String, environment: [String: String]) {
        self.text = text
        self.file = file
        self.environment = environment
    }

    // MARK: - Reporting

    mutating func report(_ message: String, _ origin: SettingOrigin, hint: String? = nil) {
        switch origin {
        case .file(let keyPath, let range):
            report(message, keyPath, at: text.position(of: range), hint: hint)
        case .environment(let name): report(.environment(name), nil, nil, message, hint)
        case .option(let name): report(.option(name), nil, nil, message, hint)
        }
    }

    mutating func report(_ message: String, _ keyPath: String, at position: SourcePosition, hint: String? = nil) {
        report(.file(file), keyPath.isEmpty ? nil : keyPath, position, message, hint)
    }

    private mutating func report(
        _ source: ConfigurationError.Source,
        _ keyPath: String?,
        _ position: SourcePosition?,
        _ message: String,
        _ hint: String?
    ) {
        problems.append(
            ConfigurationError.Problem(
                source: source,
                position: position,
                keyPath: keyPath,
                message: message,
                hint: hint
            )
        )
    }

    /// The problems as one meets them reading the file, those of options and environment first.
    var problemsInOrder: [ConfigurationError.Problem] {
        let place = { (problem: ConfigurationError.Problem) in
            (problem.position?.line ?? 0, problem.position?.column ?? 0)
        }
        return problems.enumerated().sorted { left, right in
            let (a, b) = (place(left.element), place(right.element))
            return a == b ? left.offset < right.offset : a < b
        }.map(\.element)
    }

    mutating func reportMissing(_ key: String, in section: ConfigurationSection, hint: String? = nil) {
        report("is required", .file(keyPath: section.path(to: key), range: section.range), hint: hint)
    }

    // MARK: - Reading

    /// The whole file as a section.
    mutating func root(keys: [String]) -> ConfigurationSection? {
        section(text.root, keyPath: "", range: text.root.range.lowerBound..<text.root.range.lowerBound, keys: keys)
    }

    /// An object in a section; nil where it is not there or none, which is then reported.
    mutating func section(_ key: String, in parent: ConfigurationSection, keys: [String]?) -> ConfigurationSection? {
        guard let member = parent.member(key) else { return nil }
        return section(member, in: parent, keys: keys)
    }

    /// The object that a member holds.
    mutating func section(
        _ member: JSONMember,
        in parent: ConfigurationSection,
        keys: [String]?
    ) -> ConfigurationSection? {
        section(member.value, keyPath: parent.path(to: member.name), range: member.nameRange, keys: keys)
    }

    private mutating func section(
        _ node: JSONNode,
        keyPath: String,
        range: Range<Int>,
        keys: [String]?
    ) -> ConfigurationSection? {
        guard let members = node.members else {
            report("expected an object, found \(node.summary)", .file(keyPath: keyPath, range: node.range))
            return nil
        }
        let section = ConfigurationSection(keyPath: keyPath, range: range, members: members)
        for member in members {
            guard let keys, !keys.contains(member.name) else { continue }
            report(
                "unknown key",
                .file(keyPath: section.path(to: member.name), range: member.nameRange),
                hint: ConfigurationKeys.hint(for: member.name, known: keys)
            )
        }
        return section
    }

    /// A setting of the file; nil where it is not there or not what is expected, which is then reported.
    mutating func setting<Value>(
        _ key: String,
        in section: ConfigurationSection?,
        _ kind: SettingKind<Value>
    ) -> Setting<Value>? {
        guard let section, let member = section.member(key) else { return nil }
        let origin = SettingOrigin.file(keyPath: section.path(to: key), range: member.value.range)
        guard let value = kind.fromJSON(member.value) else {
            let advice = advice(on: member.value, kind)
            report("expected \(kind.expectation), found \(member.value.summary)", origin, hint: advice)
            return nil
        }
        return Setting(value: value, origin: origin)
    }

    /// A setting of the environment; nil where it is not there or not what is expected, which is then reported.
    mutating func setting<Value>(environment name: String, _ kind: SettingKind<Value>) -> Setting<Value>? {
        guard let text = environmentValue(name) else { return nil }
        guard let value = kind.fromText(text) else {
            let nearest = nearestMatch(to: text, among: kind.choices)
            report(
                "expected \(kind.expectation), found \"\(quotation(of: text))\"",
                .environment(name),
                hint: nearest.map { "did you mean \"\($0)\"?" }
            )
            return nil
        }
        return Setting(value: value, origin: .environment(name))
    }

    /// A variable's value; an empty one is reported, because somebody meant something by it.
    mutating func environmentValue(_ name: String) -> String? {
        guard let text = environment[name] else { return nil }
        guard text.isEmpty else { return text }
        report("is empty", .environment(name), hint: "unset it or give it a value")
        return nil
    }

    private func advice<Value>(on node: JSONNode, _ kind: SettingKind<Value>) -> String? {
        switch node.value {
        case .null: return "leave the key out to have its default"
        case .string(let string):
            if let nearest = nearestMatch(to: string, among: kind.choices) { return "did you mean \"\(nearest)\"?" }
            guard let inner = try? JSONText(string).root, inner.string == nil, kind.fromJSON(inner) != nil else {
                return nil
            }
            return "write it without quotes"
        case .number, .bool, .array, .object: return nil
        }
    }
}
