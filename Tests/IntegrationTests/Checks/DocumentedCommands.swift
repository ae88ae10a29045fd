import Foundation
import Mongo
import TestSupport
import Testing

/// The commands on roles and users of `docs/operations.md`, with other names in them.
///
/// Each block is found by the comment that it begins with. What stands in the parentheses of a command is JSON, but for
/// `passwordPrompt()`.
struct DocumentedCommands {
    /// A command of a block: `db.getSiblingDB("admin").createRole({…})`.
    struct Command {
        let method: String
        var arguments: [Any]
    }

    static let password = "s3cret"
    private static let start = #"db.getSiblingDB("admin")."#

    private(set) var commands: [Command] = []
    /// What takes the place of names in the document.
    private var names: [String: String]
    private let suffix = TestServer.uniqueName("")

    /// Reads blocks, in which these names are exchanged, and those of the roles and users that they make.
    init(_ blocks: [String], names: [String: String]) throws {
        self.names = names
        for block in blocks { commands += try Self.read(block) }
        for command in commands {
            for key in ["role", "user"] {
                guard command.method.hasPrefix("create"), let name = (command.arguments[0] as? [String: Any])?[key]
                else { continue }
                let made = try #require(name as? String)
                self.names[made] = made + suffix
            }
        }
    }

    /// The commands of the block below a comment.
    private static func read(_ comment: String) throws -> [Command] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/operations.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let after = text.components(separatedBy: "```js\n// \(comment)\n")
        try #require(after.count == 2, "one block begins with // \(comment)")
        let block = try #require(after[1].components(separatedBy: "\n```").first)
        return try block.components(separatedBy: start).dropFirst().map { text in
            let parts = text.split(separator: "(", maxSplits: 1)
            let end = try #require(parts[1].lastIndex(of: ")"))
            let arguments = "[\(parts[1][..<end])]".replacing("passwordPrompt()", with: "\"\(password)\"")
            let json = try JSONSerialization.jsonObject(with: Data(arguments.utf8))
            return Command(method: String(parts[0]), arguments: try #require(json as? [Any]))
        }
    }

    /// What a name of the document is called here.
    func name(_ documented: String) -> String { names[documented] ?? documented }

    /// The connection string of one of the users.
    func uri(of user: String) throws -> String {
        try TestServer.authURI.replacing("root:sandbox@", with: "\(name(user)):\(Self.password)@")
    }

    /// Carries the commands out, and takes back what they made when the body has ended.
    func carryOut(_ body: () async throws -> Void) async throws {
        let admin = try TestServer.pool(at: try TestServer.authURI).makeConnection()
        func run(_ commands: [BSONDocument]) async throws {
            try await admin.withClient { client in
                for command in commands { _ = try client.run(command, on: "admin") }
            }
        }
        var made: [BSONDocument] = []
        var outcome: Result<Void, any Error>
        do {
            for command in commands {
                try await run([document(command)])
                for (kind, drop) in [("role", "dropRole"), ("user", "dropUser")] {
                    guard command.method.hasPrefix("create"),
                        let name = (command.arguments[0] as? [String: Any])?[kind] as? String
                    else { continue }
                    made.insert([drop: .string(self.name(name))], at: 0)
                }
            }
            outcome = .success(try await body())
        } catch { outcome = .failure(error) }
        try await run(made)
        try outcome.get()
    }

    /// The server's command for one of the shell's.
    private func document(_ command: Command) -> BSONDocument {
        guard let first = command.arguments.first as? [String: Any] else {
            // grantPrivilegesToRole(name, privileges)
            return BSONDocument([
                (command.method, value(command.arguments[0])), ("privileges", value(command.arguments[1])),
            ])
        }
        let kind = first["role"] == nil ? "user" : "role"
        let rest = first.filter { $0.key != kind }.map { ($0.key, value($0.value)) }
        return BSONDocument([(command.method, value(first[kind] as Any))] + rest)
    }

    private func value(_ json: Any) -> BSONValue {
        switch json {
        case let text as String: .string(name(text))
        case let list as [Any]: .array(list.map(value))
        case let object as [String: Any]: .document(BSONDocument(object.map { ($0.key, value($0.value)) }))
        case let flag as Bool: .bool(flag)
        default: .null
        }
    }
}

// MARK: - Leaving something out

extension DocumentedCommands {
    /// An action on a resource that a role gives.
    struct Granted: CustomTestStringConvertible {
        let command: Int
        let privilege: Int
        let action: String
        let resource: [String: Any]

        /// Such as `find on shop.users`.
        var testDescription: String {
            let names = [resource["db"], resource["collection"]].compactMap { $0 as? String }.filter { !$0.isEmpty }
            return "\(action) on \(names.isEmpty ? "the cluster" : names.joined(separator: "."))"
        }
    }

    /// Everything that the roles give.
    var granted: [Granted] {
        commands.indices.flatMap { command -> [Granted] in
            privileges(of: command).enumerated().flatMap { index, privilege in
                (privilege["actions"] as? [String] ?? []).map { action in
                    let resource = privilege["resource"] as? [String: Any] ?? [:]
                    return Granted(command: command, privilege: index, action: action, resource: resource)
                }
            }
        }
    }

    /// The same commands, but for an action that is not given.
    func without(_ granted: Granted) -> DocumentedCommands {
        var others = self
        var privileges = privileges(of: granted.command)
        let actions = privileges[granted.privilege]["actions"] as? [String] ?? []
        privileges[granted.privilege]["actions"] = actions.filter { $0 != granted.action }
        // The server takes no privilege without actions.
        if actions.count == 1 { privileges.remove(at: granted.privilege) }
        var role = others.commands[granted.command].arguments[0] as? [String: Any] ?? [:]
        role["privileges"] = privileges
        others.commands[granted.command].arguments[0] = role
        return others
    }

    private func privileges(of command: Int) -> [[String: Any]] {
        (commands[command].arguments[0] as? [String: Any])?["privileges"] as? [[String: Any]] ?? []
    }
}
