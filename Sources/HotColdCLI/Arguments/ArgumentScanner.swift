/// Goes through the arguments once, from left to right, and sorts them into command, values and operand.
///
/// What it knows of commands and options comes from the `CommandTable`. After a mistake it goes on, to see whether
/// `--help` was asked for; the first mistake is kept. Only an unknown command ends the scan, because the meaning of
/// what follows is then unknown, too.
struct ArgumentScanner {
    /// The values of the options seen.
    private(set) var values = OptionValues()

    /// The command, when there is a known one.
    private(set) var command: CommandSpec?

    /// The one argument after the command that is no option, for a command that takes it.
    private(set) var operand: String?

    /// What stands behind `--`, of a command that hands it on.
    private(set) var rest: [String] = []

    /// The first mistake.
    private(set) var error: UsageError?

    private var pending: ArraySlice<String>
    private var optionsHaveEnded = false
    private var namesSeen: Set<String> = []

    /// Prepares for the arguments, without the name of the program.
    init(_ arguments: [String]) {
        pending = arguments[...]
    }

    /// Goes through all arguments.
    mutating func scan() {
        while let argument = pending.popFirst() {
            do throws(UsageError) {
                try accept(argument)
            } catch {
                self.error = self.error ?? error
            }
        }
    }

    /// The options that are known at this place.
    private var options: [OptionSpec] { CommandTable.globalOptions + (command?.options ?? []) }

    private mutating func accept(_ argument: String) throws(UsageError) {
        if optionsHaveEnded || argument == "-" || !argument.hasPrefix("-") {
            try acceptOperand(argument)
        } else if argument == "--" {
            optionsHaveEnded = true
        } else if argument.hasPrefix("--") {
            try acceptLong(argument)
        } else {
            try acceptBundle(argument)
        }
    }

    private mutating func acceptOperand(_ argument: String) throws(UsageError) {
        if optionsHaveEnded, let command, command.handsOn != nil { return rest.append(argument) }
        // As other programs take them.
        if command == nil, argument == "version" { return values.version = true }
        if let command, command.operand == nil, argument == "help" { return values.help = true }
        guard let command else {
            guard let name = CommandName(rawValue: argument) else {
                pending = []
                throw Suggestion.unknownCommand(argument)
            }
            self.command = CommandTable.command(name)
            return
        }
        guard command.operand != nil, operand == nil else {
            throw Suggestion.unexpectedOperand(argument, of: command)
        }
        operand = argument
    }

    /// Takes `--name`, `--name value` or `--name=value`.
    private mutating func acceptLong(_ argument: String) throws(UsageError) {
        // Split as UTF-8: an accent at the beginning of the value would hide the `=` from a split into characters.
        let parts = argument.utf8.dropFirst(2)
            .split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        let name = parts.first ?? ""
        let attached = parts.dropFirst().first
        guard let option = options.first(where: { $0.name == name }) else {
            throw Suggestion.unknownOption(name, of: command)
        }
        guard option.value.metavar != nil else {
            guard attached == nil else {
                throw UsageError("\(option.typedName) takes no value", hint: "write just \(option.typedName)")
            }
            return try store("", for: option)
        }
        let text = if let attached { attached } else { try valueAfter(option) }
        guard !text.isEmpty else {
            throw UsageError("the value of \(option.label) is empty", hint: "a shell variable that is not set is empty")
        }
        try store(text, for: option)
    }

    /// Takes the flags of `-nq`.
    private mutating func acceptBundle(_ argument: String) throws(UsageError) {
        var previous: OptionSpec?
        for letter in argument.dropFirst() {
            if letter == "=", let previous {
                throw UsageError("\(previous.typedName) takes no value", hint: "write just \(previous.typedName)")
            }
            guard let option = options.first(where: { $0.short == letter }) else {
                throw Suggestion.unknownFlag(letter, in: argument, of: command)
            }
            try store("", for: option)
            previous = option
        }
    }

    /// Takes the next argument as a value, unless it looks like an option.
    private mutating func valueAfter(_ option: OptionSpec) throws(UsageError) -> String {
        guard let next = pending.first, Self.canBeValue(next) else {
            throw Suggestion.missingValue(of: option, before: pending.first, in: command, known: options)
        }
        pending.removeFirst()
        return next
    }

    /// Whether an argument can be the value of the option before it: `-` alone and negative numbers can.
    private static func canBeValue(_ argument: String) -> Bool {
        guard argument.utf8.first == UInt8(ascii: "-"), argument != "-" else { return true }
        let magnitude = argument.utf8.dropFirst()
        return magnitude.drop { $0 == UInt8(ascii: ".") }.first?.isDigit ?? false
    }

    private mutating func store(_ text: String, for option: OptionSpec) throws(UsageError) {
        guard namesSeen.insert(option.name).inserted || option.value.isRepeatable else {
            throw UsageError("\(option.typedName) is given twice", hint: "it can be given once")
        }
        do throws(MalformedValue) {
            try option.value.store(text, in: &values)
        } catch {
            throw UsageError("\(option.typedName) \(error.complaint)", hint: error.hint)
        }
    }
}
