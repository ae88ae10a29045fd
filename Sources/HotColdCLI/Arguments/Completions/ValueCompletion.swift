/// What a shell offers where the value of an option is typed.
enum ValueCompletion: Equatable, Sendable {
    /// Some words.
    case words([String])

    /// The names of files.
    case files

    /// The names of the configured collections.
    case collections

    /// Nothing, in particular no files.
    case nothing
}

extension ValueKind {
    /// How the value is completed; nil for a flag.
    var completion: ValueCompletion? {
        switch self {
        case .flag: nil
        case .text(let kind, _), .texts(let kind, _): kind.completion
        case .count, .days, .duration, .date, .window, .startTime: .nothing
        case .conflictPolicy, .color, .frequency: .words(choices)
        }
    }
}

extension ValueKind.TextKind {
    /// How such a text is completed.
    var completion: ValueCompletion {
        switch self {
        case .file, .directory: .files
        case .collection: .collections
        case .uri, .json, .namespace, .id, .zone, .user: .nothing
        }
    }
}
