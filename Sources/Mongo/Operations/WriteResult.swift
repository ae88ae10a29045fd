/// Why the server refused one document of a write.
public struct WriteError: Sendable {
    /// The document's position in the batch.
    public let index: Int
    /// The server's error code.
    public let code: Int32
    /// The server's words.
    public let message: String
    /// The index whose uniqueness the document violates, for code 11000.
    public let keyPattern: BSONDocument?

    /// Whether it is about this document and not about the server; see `MongoError.concernsDocument`.
    public var concernsDocument: Bool { MongoError(.server, code: code, message: message).concernsDocument }
}

/// The outcome of `insert`, `update` or `delete`: counts, and what went wrong for which document.
///
/// An `ok` reply can hold both. Fields are optional in replies: one that failed before it was sent has none.
public struct WriteResult: Sendable {
    /// Documents inserted, matched or deleted.
    public let count: Int
    /// Refused documents; an ordered bulk stops at the first.
    public let writeErrors: [WriteError]
    /// The write is applied but not acknowledged by a majority.
    public let writeConcernError: String?

    /// Reads a reply.
    public init(_ reply: BSONDocument) {
        // `n` is the server's own name, `nInserted` the bulk interface's.
        count = Int((reply["n"] ?? reply["nInserted"])?.quantity ?? 0)
        writeErrors = (reply["writeErrors"]?.array ?? []).map { value in
            // That there is an error counts, whether or not it can be read.
            let error = value.document ?? BSONDocument()
            return WriteError(
                index: Int(error["index"]?.quantity ?? 0),
                code: Int32(truncatingIfNeeded: error["code"]?.integer ?? 0),
                message: error["errmsg"]?.string ?? "no reason given",
                keyPattern: error["keyPattern"]?.document
            )
        }
        let concern = reply["writeConcernError"] ?? reply["writeConcernErrors"]?.array?.first
        writeConcernError = concern.map { $0.document?["errmsg"]?.string ?? "no reason given" }
    }

    /// Throws what stands in the way of calling the write done.
    ///
    /// - Throws: `MongoError` of kind `server` for a refused document, of kind `writeConcern` for one not durable.
    @discardableResult
    public func orThrow() throws -> WriteResult {
        if let error = writeErrors.first { throw MongoError(.server, code: error.code, message: error.message) }
        if let writeConcernError { throw MongoError(.writeConcern, message: writeConcernError) }
        return self
    }
}
