import HotColdCore

/// The place of an option's value among the values of a command line.
typealias Field<Value> = any WritableKeyPath<OptionValues, Value> & Sendable

/// What an option takes, and the field that receives it.
///
/// Kind and field are one thing here, so that the compiler sees that they fit each other.
enum ValueKind: Sendable {
    /// No value: giving the option sets the field.
    case flag(Field<Bool>)

    /// A text that is taken as it is.
    case text(TextKind, Field<String?>)

    /// A text that is taken as it is, in an option that may be repeated.
    case texts(TextKind, Field<[String]>)

    /// A whole number in a range, with the name that help gives it.
    case count(ClosedRange<Int>, Field<Int?>, metavar: String = "N")

    /// Whole numbers of days with commas between them.
    case days(Field<[Int]>)

    /// A duration such as `1h30m`, and the shortest one that makes sense.
    case duration(atLeast: Duration, Field<Duration?>)

    /// A point in time, in milliseconds since 1970.
    case date(Field<Int64?>)

    /// A part of each day, such as `01:00-05:00`.
    case window(Field<DailyWindow?>)

    /// A time of day such as `01:00`.
    case startTime(Field<StartTime?>)

    /// One of the words for what to do with conflicts.
    case conflictPolicy(Field<ConflictPolicy?>)

    /// One of the words for when to use colours.
    case color(Field<GlobalOptions.ColorUse?>)

    /// One of the words for how often something runs.
    case frequency(Field<ScheduledJob.Frequency?>)

    /// What a text stands for; the raw value is the name that help gives it.
    enum TextKind: String, CaseIterable, Sendable {
        /// The path of a file.
        case file = "FILE"

        /// The path of a directory.
        case directory = "DIR"

        /// A connection string, which may hold a password.
        case uri = "URI"

        /// A collection, by its key in the configuration.
        case collection = "NAME"

        /// A collection with its database, as the server names it.
        case namespace = "NAMESPACE"

        /// Extended JSON.
        case json = "JSON"

        /// The `_id` of a document, or the name of a run.
        case id = "ID"

        /// A time zone, by its name in the time zone database.
        case zone = "ZONE"

        /// The name of a user of the system.
        case user = "USER"
    }

    /// What help calls the value; nil for a flag.
    var metavar: String? {
        switch self {
        case .flag: nil
        case .text(let kind, _), .texts(let kind, _): kind.rawValue
        case .count(_, _, let metavar): metavar
        case .days: "DAYS"
        case .duration: "DURATION"
        case .date: "DATE"
        case .window: "HH:MM-HH:MM"
        case .startTime: "HH:MM"
        case .conflictPolicy, .color, .frequency: choices.joined(separator: "|")
        }
    }

    /// The only words that are taken; empty when the value is no choice.
    var choices: [String] {
        switch self {
        case .conflictPolicy: ConflictPolicy.allCases.map(\.rawValue)
        case .color: GlobalOptions.ColorUse.allCases.map(\.rawValue)
        case .frequency: ScheduledJob.Frequency.allCases.map(\.rawValue)
        case .flag, .text, .texts, .count, .days, .duration, .date, .window, .startTime: []
        }
    }

    /// Whether the option may be given more than once.
    var isRepeatable: Bool {
        switch self {
        case .texts: true
        case .flag, .text, .count, .days, .duration, .date, .window, .startTime, .conflictPolicy, .color, .frequency:
            false
        }
    }

    /// Reads a value and puts it in its field; a flag needs no text.
    ///
    /// - Throws: `MalformedValue` when the option does not take the text.
    func store(_ text: String, in values: inout OptionValues) throws(MalformedValue) {
        switch self {
        case .flag(let field): values[keyPath: field] = true
        case .text(_, let field): values[keyPath: field] = text
        case .texts(_, let field): values[keyPath: field].append(text)
        case .count(let range, let field, _): values[keyPath: field] = try CountText.parse(text, in: range)
        case .days(let field): values[keyPath: field] = try DaysText.parse(text)
        case .duration(let minimum, let field):
            values[keyPath: field] = try DurationText.parse(text, atLeast: minimum)
        case .date(let field): values[keyPath: field] = try DateText.parse(text)
        case .window(let field): values[keyPath: field] = try WindowText.parse(text)
        case .startTime(let field): values[keyPath: field] = try StartTime.parse(text)
        case .conflictPolicy(let field):
            guard let policy = ConflictPolicy(rawValue: text) else { throw unknownChoice(text) }
            values[keyPath: field] = policy
        case .color(let field):
            guard let use = GlobalOptions.ColorUse(rawValue: text) else { throw unknownChoice(text) }
            values[keyPath: field] = use
        case .frequency(let field):
            guard let frequency = ScheduledJob.Frequency(rawValue: text) else { throw unknownChoice(text) }
            values[keyPath: field] = frequency
        }
    }

    private func unknownChoice(_ text: String) -> MalformedValue {
        let list = choices.dropLast().joined(separator: ", ") + " or " + (choices.last ?? "")
        let nearest = nearestMatch(to: text, among: choices)
        return MalformedValue(takes: list, not: text, hint: nearest.map { "did you mean \($0)?" })
    }
}
