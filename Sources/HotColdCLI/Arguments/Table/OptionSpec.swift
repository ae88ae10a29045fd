/// A row of the option table: all that parsing, help, completions and the manual need to know about an option.
struct OptionSpec: Sendable {
    /// The long name, without its dashes.
    let name: String

    /// The one-letter name, without its dash; only flags have one, so that they can be bundled.
    let short: Character?

    /// What the option takes, and which field receives it.
    let value: ValueKind

    /// The heading that help puts it under.
    let group: OptionGroup

    /// What the option does: one paragraph for operators.
    let help: String

    /// Describes an option that takes a value.
    init(_ name: String, _ value: ValueKind, in group: OptionGroup, help: String) {
        self.name = name
        self.short = nil
        self.value = value
        self.group = group
        self.help = help
    }

    /// Describes a flag.
    init(flag name: String, short: Character? = nil, sets field: Field<Bool>, in group: OptionGroup, help: String) {
        self.name = name
        self.short = short
        self.value = .flag(field)
        self.group = group
        self.help = help
    }

    /// The name as it is typed: `--limit`.
    var typedName: String { "--\(name)" }

    /// The option and the name of its value, as help shows them: `--limit N`.
    var label: String { value.metavar.map { "\(typedName) \($0)" } ?? typedName }
}
