extension Client {
    /// How many documents a collection has, as the server keeps count; after a crash of the server it may be a little off.
    ///
    /// Blocks, for a moment however large the collection is.
    public func storedCount(of namespace: Namespace) throws -> Int {
        let reply = try run(["count": .string(namespace.collection)], on: namespace.database, .read)
        return Int(reply["n"]?.quantity ?? 0)
    }
}
