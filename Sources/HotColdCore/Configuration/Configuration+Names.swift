extension Configuration {
    /// The keys of `collections` in the file that `load` would take, for whoever types one of them.
    ///
    /// Nothing else of the file is looked at: the names are there while it is being written, and where the environment
    /// lacks what only the nightly job has.
    ///
    /// Blocks while it reads the file.
    ///
    /// - Throws: `ConfigurationError` where there is no file, or it can't be read or is no JSON.
    public static func collectionNames(
        file: String? = nil,
        environment: [String: String]
    ) throws(ConfigurationError) -> [String] {
        let (path, bytes) = try find(file, environment)
        let members = try json(utf8: bytes, fileName: path).root.members ?? []
        return members.first { $0.name == "collections" }?.value.members?.map(\.name) ?? []
    }
}
