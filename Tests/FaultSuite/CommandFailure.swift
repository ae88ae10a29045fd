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

        /// Whether the server says that it is not the primary any more.
        package var isElection: Bool { self == .notWritablePrimary || self == .interruptedAtShutdown }

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
    package static let all: [CommandFailure] = Kind.allCases.flatMap { kind in
        kind.commands.map { CommandFailure(kind: kind, command: $0) }
    }

    /// What makes servers fail so many of a thousand such commands.
    func failPoint(permille: Int) -> FailPoint {
        let mode: BSONValue = ["activationProbability": .double(Double(permille) / 1000)]
        return .commands([command], mode: mode, of: "hotcold", kind.data)
    }

    /// No command fails.
    static let none = FailPoint("failCommand", mode: "off")
}
