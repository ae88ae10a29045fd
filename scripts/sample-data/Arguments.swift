/// What the program was asked to do.
struct Arguments {
    static let usage = """
        usage: sample-data --uri URI --database NAME [--scale N] [--drop]

        Fills a database with a shop's data: users, orders and logs, with the flaws that real data has. The same data
        every time, except that the dates are relative to the server's clock.

          --uri URI        the MongoDB server, such as mongodb://127.0.0.1:27017/?replicaSet=rs0
          --database NAME  the database; its collections users, orders and logs must not be there
          --scale N        N times 5,000 users, 10,000 orders and 20,000 log lines (1)
          --drop           drop users, orders and logs first, if they are there

        Exit status: 0, 1 when the collections are there already, 64 for wrong usage, 69 when the server cannot be
        reached, 77 when it refuses.
        """

    var uri = ""
    var database = ""
    var scale = 1
    var drop = false
    var wantsHelp = false

    init(_ arguments: some Sequence<String>) throws(UsageError) {
        var rest = Array(arguments)[...]
        while let argument = rest.popFirst() {
            // `--name=value` is the same as `--name value`.
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let option = String(parts[0])
            switch option {
            case "-h", "--help": wantsHelp = true
            case "--drop" where parts.count == 1: drop = true
            case "--uri", "--database", "--scale":
                guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst(), !value.isEmpty else {
                    throw UsageError("\(option) needs a value")
                }
                try set(option, value)
            default: throw UsageError("unknown argument '\(argument)'")
            }
        }
        guard !wantsHelp else { return }
        guard !uri.isEmpty else { throw UsageError("--uri is missing") }
        guard !database.isEmpty else { throw UsageError("--database is missing") }
    }

    private mutating func set(_ option: String, _ value: String) throws(UsageError) {
        switch option {
        case "--uri": uri = value
        case "--database":
            guard !value.contains(where: { "/\\. \"$".contains($0) }), value.utf8.count < 64 else {
                throw UsageError("'\(value)' cannot be a database's name")
            }
            database = value
        default:
            guard let number = Int(value), (1...1_000).contains(number) else {
                throw UsageError("--scale takes a number from 1 to 1000, not '\(value)'")
            }
            scale = number
        }
    }
}

/// A command line that makes no sense.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ problem: String) { description = "\(problem)\n\(Arguments.usage)" }
}
