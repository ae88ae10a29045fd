/// Commands of hotcold itself, to be copied by operators into a shell.
///
/// Each has the options by which this process found its configuration: without them the command would read another one.
///
/// ```swift
/// AdvisedCommand.line("verify", on: "users", "--fix")  // hotcold verify --collection users --fix --config /etc/p.json
/// ```
package enum AdvisedCommand {
    /// The options that all commands carry, in words of a shell.
    @TaskLocal package static var carried: [String] = []

    /// The line of a command, perhaps for one collection.
    ///
    /// - Parameter rest: more options, in words of a shell.
    package static func line(_ command: String, on collection: String? = nil, _ rest: String...) -> String {
        let selection = collection.map { [option("collection", $0)] } ?? []
        return (["hotcold", command] + selection + rest + carried).joined(separator: " ")
    }

    /// An option with its value: `--collection users`, or `--collection=-users`, which would be taken for an option.
    package static func option(_ name: String, _ value: String) -> String {
        "--\(name)\(value.hasPrefix("-") ? "=" : " ")\(value.shellWord)"
    }
}
