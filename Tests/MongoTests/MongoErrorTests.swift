import CMongoC
import Testing

@testable import Mongo

@Suite struct MongoErrorTests {
    static let kinds: [MongoError.Kind] = [
        .invalidURI, .invalidArgument, .serverSelection, .network, .authentication, .server, .writeConcern, .driver,
    ]

    @Test func `waiting helps against the network, not against mistakes`() {
        let transient = Self.kinds.filter { MongoError($0, message: "").isTransient }
        #expect(transient == [.serverSelection, .network, .writeConcern])
    }

    /// The codes of the specifications of retryable reads and writes, those of interrupted operations, and of a server
    /// that is too busy for a write.
    static let transientCodes: [Int32] = [
        6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436, 43, 50, 175, 237, 11601, 112, 365,
    ]

    @Test(arguments: transientCodes) func `waiting helps against elections, shutdowns and interruptions`(code: Int32) {
        let error = MongoError(.server, code: code, message: "")
        #expect(error.isTransient)
        #expect(!error.isMalformedRequest && !error.concernsDocument)
    }

    static let lastingCodes = [
        MongoError.Code.badValue, MongoError.Code.unauthorized, MongoError.Code.authenticationFailed,
        MongoError.Code.namespaceNotFound, MongoError.Code.duplicateKey, MongoError.Code.documentTooLarge,
        MongoError.Code.documentValidationFailure,
    ]

    @Test(arguments: lastingCodes) func `waiting does not help against other answers`(code: Int32) {
        #expect(!MongoError(.server, code: code, message: "").isTransient)
    }

    @Test func `labels say what may be tried again`() {
        let transaction = MongoError(.server, code: 112, message: "", labels: ["TransientTransactionError"])
        #expect(transaction.isTransientTransaction && transaction.isTransient && transaction.isWriteConflict)
        #expect(!transaction.isUnknownCommit)
        let commit = MongoError(.network, message: "", labels: ["UnknownTransactionCommitResult"])
        #expect(commit.isUnknownCommit && !commit.isTransientTransaction)
        #expect(MongoError(.server, code: 1, message: "", labels: ["RetryableWriteError"]).isTransient)
    }

    /// Duplicate key, validator, too large; not a conflict, a full disk, a missing role, an election, the network.
    @Test func `some errors are about one document, and others meet every document`() {
        let about: [Int32] = [11000, 121, 10334]
        #expect(about.allSatisfy { MongoError(.server, code: $0, message: "").concernsDocument })
        let general: [Int32] = [112, 14031, 371, 13, 18, 10107, 91]
        #expect(!general.contains { MongoError(.server, code: $0, message: "").concernsDocument })
        #expect(!MongoError(.network, code: 11000, message: "").concernsDocument)
    }

    @Test func `a request that makes no sense is the server's word too`() {
        #expect(MongoError(.server, code: 2, message: "").isMalformedRequest)
        #expect(MongoError(.server, code: 40_324, message: "").isMalformedRequest)
        #expect(!MongoError(.server, code: 13, message: "").isMalformedRequest)
        #expect(!MongoError(.server, code: 11_600, message: "").isMalformedRequest)
        #expect(!MongoError(.driver, code: 2, message: "").isMalformedRequest)
    }

    @Test func `a conflict is the server's word`() {
        #expect(MongoError(.server, code: 112, message: "").isWriteConflict)
        #expect(!MongoError(.driver, code: 112, message: "").isWriteConflict)
    }

    @Test func `the server refuses with authentication and authorization`() {
        #expect(MongoError(.authentication, message: "").isRefusal)
        #expect(MongoError(.server, code: 13, message: "").isRefusal)
        #expect(MongoError(.server, code: 18, message: "").isRefusal)
        #expect(!MongoError(.server, code: 11000, message: "").isRefusal)
        #expect(!MongoError(.driver, code: 13, message: "").isRefusal)
    }

    @Test func `describes itself in one line with the server's code and its name`() {
        #expect(
            "\(MongoError(.server, code: 13, codeName: "Unauthorized", message: "no"))" == "no (Unauthorized, code 13)"
        )
        #expect("\(MongoError(.server, code: 13, message: "no"))" == "no (code 13)")
        #expect("\(MongoError(.network, code: 4, message: "gone"))" == "gone")
    }

    /// libmongoc says so of one that starts, rolls back or has not been told of its set yet.
    @Test func `a member that can't tell whether it knows sessions is waited for`() {
        let kind = MongoError.kind(
            domain: MONGOC_ERROR_CLIENT.rawValue,
            code: MONGOC_ERROR_CLIENT_SESSION_FAILURE.rawValue
        )
        #expect(kind == .serverSelection)
    }

    @Test func `has advice for what an operator can mend`() {
        let withAdvice = Self.kinds.filter { MongoError($0, message: "").advice != nil }
        #expect(withAdvice == [.invalidURI, .serverSelection, .network, .authentication, .writeConcern])
        #expect(MongoError(.server, code: 13, message: "").advice?.contains("role") == true)
    }
}
