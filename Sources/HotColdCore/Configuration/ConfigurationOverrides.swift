/// What the command line says about the tiers; it wins over environment and file.
public struct ConfigurationOverrides: Sendable {
    /// The value of `--hot-uri`.
    public var hotURI: String?
    /// The value of `--cold-uri`.
    public var coldURI: String?

    /// Creates overrides.
    public init(hotURI: String? = nil, coldURI: String? = nil) {
        self.hotURI = hotURI
        self.coldURI = coldURI
    }
}
