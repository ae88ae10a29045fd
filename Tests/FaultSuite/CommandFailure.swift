import Mongo
import TestSupport

/// A command of hotcold that servers fail on purpose, by their `failCommand`.
package struct CommandFailure: Sendable, Hashable {
    /// How it fails.
    package enum Kind: String, CaseIterable, Sendable {
        case closeConnection, notWritablePrimary, interruptedAtShutdown, writeConflict, maxTimeExpired
        case writeConcernError

        /// The commands that a server can fail like that.
        fileprivate var commands: [String] {
            switch self {
            case .closeConnection, .notWritablePrimary, .interruptedAtShutdown:
                [
                    "find", "getMore", "aggregate", "insert", "update", "delete", "findAndModify",
                    "commitTransaction", "abortTransaction",
                ]
            case .writeConflict: ["find", "insert", "update", "delete"]
            case .maxTimeExpired: ["find", "getMore", "insert", "delete", "commitTransaction"]
            case .writeConcernError: ["insert", "update", "delete", "findAndModify", "commitTransaction"]
            }
        }

        fileprivate var data: BSONDocument {
            switch self {
            case .closeConnection: ["closeConnection": true]
            case .notWritablePrimary: ["errorCode": 10107]
            case .interruptedAtShutdown: ["errorCode": 11600]
            case .writeConflict: ["errorCode": 112]
            case .maxTimeExpired: ["errorCode": 50]
            case .writeConcernError:
                // What a server says whose members do not keep up.
                [
                    "writeConcernError": [
                        "code": 64, "codeName": "WriteConcernFailed", "errmsg": "waiting for replication timed out",
                        "errInfo": ["wtimeout": true],
                    ]
                ]
            }
        }
    }

    package let kind: Kind
    package let command: String

    /// Every way in which a command can fail.
    package static func all(_ layout: Layout) -> [CommandFailure] {
        let all = Kind.allCases.flatMap { kind in kind.commands.map { CommandFailure(kind: kind, command: $0) } }
        // A standalone server has no transactions, and no others that it could speak of.
        let ofSets: Set<Kind> = [.notWritablePrimary, .writeConflict, .writeConcernError]
        return layout == .standalone ? all.filter { !ofSets.contains($0.kind) && !$0.isOfTransactions } : all
    }

    private var isOfTransactions: Bool { command.hasSuffix("Transaction") }

    /// How many of a thousand such commands should fail.
    var frequencies: [Int] {
        // A run sends a few of these.
        if ["findAndModify", "aggregate", "abortTransaction", "getMore"].contains(command) { return [400] }
        switch kind {
        // After an error that speaks of an election the driver waits for news, up to ten seconds each time.
        case .notWritablePrimary, .interruptedAtShutdown: return [10, 20]
        // Contention, and what is taken for it, is met by trying again with pauses, which more of it would make minutes of.
        // Nor do connections that break again and again leave a run more than the time that it waits.
        case .writeConflict, .maxTimeExpired, .closeConnection: return [60, 150]
        case .writeConcernError: return [60, 150, 400]
        }
    }

    /// What makes servers fail so many of a thousand such commands.
    func failPoint(permille: Int) -> FailPoint {
        let mode: BSONValue = ["activationProbability": .double(Double(permille) / 1000)]
        return .commands([command], mode: mode, of: "hotcold", kind.data)
    }

    /// No command fails.
    static let none = FailPoint("failCommand", mode: "off")
}
