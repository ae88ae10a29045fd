/// What is wrong with the configuration: everything that was found, not only the first.
public struct ConfigurationError: Error, Hashable, Sendable {
    /// Where a value was given.
    public enum Source: Hashable, Sendable {
        /// A file, by its path.
        case file(String)
        /// An environment variable.
        case environment(String)
        /// An option of the command line, such as `--hot-uri`.
        case option(String)
        /// Nowhere: there is no file.
        case search
    }

    /// One thing that is wrong.
    public struct Problem: Hashable, Sendable {
        /// Where the value was given.
        public let source: Source
        /// Where in the file; nil where the file can't be read and for other sources.
        public let position: SourcePosition?
        /// The path of keys in the file, such as `collections.users.batch_size`; nil where the file is no JSON.
        public let keyPath: String?
        /// What is wrong, without a full stop and without any password.
        public let message: String
        /// What to do about it, without a full stop.
        public let hint: String?
    }

    /// The problems in the order of the file; at least one.
    public let problems: [Problem]

    init(_ problems: [Problem]) {
        precondition(!problems.isEmpty, "an error without a problem")
        self.problems = problems
    }

    init(_ source: Source, _ message: String, at position: SourcePosition? = nil, hint: String? = nil) {
        self.init([Problem(source: source, position: position, keyPath: nil, message: message, hint: hint)])
    }

    /// Whether options of the command line are all that is wrong.
    public var concernsOptionsOnly: Bool {
        problems.allSatisfy { if case .option = $0.source { true } else { false } }
    }
}

// MARK: - Telling

extension ConfigurationError: CustomStringConvertible {
    /// The problems with their places, without the hint of a lone one.
    public var message: String {
        guard problems.count > 1 else { return problems[0].sentence + "." }
        return problems.map(\.description).joined(separator: "\n")
    }

    /// What to do about the only problem; where there are several, `message` holds the hints.
    public var hint: String? { problems.count > 1 ? nil : problems[0].hint }

    /// The problems with places and hints, one in a line.
    public var description: String { problems.count > 1 ? message : problems[0].description }
}

extension ConfigurationError.Problem: CustomStringConvertible {
    fileprivate var sentence: String {
        let place: String? =
            switch source {
            case .file(let path): position.map { "\(path), \($0)" } ?? path
            case .environment(let variable): "environment variable \(variable)"
            case .option(let option): option
            case .search: nil
            }
        return [place, keyPath, message].compactMap { $0 }.joined(separator: ": ")
    }

    /// The place, what is wrong, and the hint, in one paragraph.
    public var description: String {
        guard let hint else { return sentence + "." }
        return "\(sentence). \(hint.prefix(1).uppercased())\(hint.dropFirst())" + (hint.hasSuffix("?") ? "" : ".")
    }
}
