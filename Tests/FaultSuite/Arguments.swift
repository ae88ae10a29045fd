/// What `scripts/faults` passes on.
struct Arguments {
    /// When it is enough.
    enum Limit {
        case minutes(Double)
        case episodes(Int)
        /// One episode of the seed's.
        case only(Int)

        /// Whether it is about one episode, of which everything is to be told.
        var isOne: Bool {
            if case .only = self { true } else { false }
        }

        func isReached(episodes: Int, elapsed: Duration) -> Bool {
            switch self {
            case .minutes(let minutes): elapsed >= .seconds(minutes * 60)
            case .episodes(let count): episodes >= count
            case .only: episodes >= 1
            }
        }
    }

    enum Mode {
        case episodes(Limit)
        case controls
        case fullDisk
    }

    var seed: UInt64?
    var mode = Mode.episodes(.minutes(10))
    /// What the names of what happens have to have.
    var words: String?
    var sandbox = ""
    var directory = ""

    init(_ arguments: some Sequence<String>) throws(UsageError) {
        var rest = Array(arguments)[...]
        while let option = rest.popFirst() {
            if option == "--controls" {
                mode = .controls
                continue
            }
            if option == "--full-disk" {
                mode = .fullDisk
                continue
            }
            guard let value = rest.popFirst() else { throw UsageError("\(option) needs a value") }
            switch option {
            case "--seed": seed = try Self.number(value, of: option)
            case "--minutes": mode = .episodes(.minutes(try Self.number(value, of: option)))
            case "--episodes": mode = .episodes(.episodes(try Self.number(value, of: option)))
            case "--episode": mode = .episodes(.only(try Self.number(value, of: option)))
            case "--only": words = value
            case "--sandbox": sandbox = value
            case "--sandbox-directory": directory = value
            default: throw UsageError("unknown option '\(option)'; see scripts/faults --help")
            }
        }
        if case .episodes(.only) = mode, seed == nil { throw UsageError("--episode needs the --seed that it is of") }
    }

    private static func number<Number: LosslessStringConvertible & Comparable & ExpressibleByIntegerLiteral>(
        _ text: String,
        of option: String
    ) throws(UsageError) -> Number {
        guard let number = Number(text), number > 0 else { throw UsageError("\(option) takes a number, not '\(text)'") }
        return number
    }
}

/// A command line that makes no sense.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
