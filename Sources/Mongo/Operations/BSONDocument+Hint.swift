extension BSONDocument {
    /// The command or statement with a hint: along the index on `_id`, which every collection has.
    ///
    /// For a small collection without an index that serves the query: with `notablescan` the server refuses to look at each
    /// of its documents otherwise.
    public var alongIDs: BSONDocument { appending("hint", ["_id": 1]) }
}
