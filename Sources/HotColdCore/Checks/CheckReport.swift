/// What `check` found: about each deployment, and about each entry of the configuration.
public struct CheckReport: Sendable {
    /// What was looked at for an entry; the raw values are those of reports.
    public enum Aspect: String, Sendable {
        /// Kind, options, TTL and unique indexes, validators, collations of both collections.
        case collections
        /// What the user may do, where the server asks.
        case privileges
        /// Whether an index serves the policy.
        case indexes
        /// What documents have where the policy looks.
        case fields
        /// What dead runs left, who is at work, what is held.
        case runs

        /// The aspect in a sentence.
        var phrase: String {
            switch self {
            case .collections: "the collections"
            case .privileges: "the user's privileges"
            case .indexes: "how indexes serve the policy"
            case .fields: "what documents have in the policy's fields"
            case .runs: "leases, seats and holds in the state database"
            }
        }
    }

    /// An entry of the configuration.
    public struct Entry: Sendable {
        /// The entry.
        public var collection: CollectionConfiguration
        /// What was found, the worst first.
        public var findings: [Finding] = []
        /// What could be looked at.
        public var checked: [Aspect] = []
        /// How many documents of the hot collection were sampled; nil where none could be.
        public var sampled: Int?
        /// How many of them the policy would move.
        public var sampledEligible: Int?

        /// Creates an entry that nothing was found about.
        public init(_ collection: CollectionConfiguration) { self.collection = collection }
    }

    /// When it was made, by a server's clock, in milliseconds since 1970 UTC.
    public var timestamp: Int64
    /// The deployments that answered.
    public var servers: [ServerFacts]
    /// What was found about deployments, the worst first.
    public var serverFindings: [Finding]
    /// The entries in their order.
    public var entries: [Entry]

    /// Creates a report.
    public init(timestamp: Int64, servers: [ServerFacts], serverFindings: [Finding], entries: [Entry]) {
        self.timestamp = timestamp
        self.servers = servers
        self.serverFindings = serverFindings
        self.entries = entries
    }

    /// Everything that was found: about deployments, then about entries.
    public var findings: [Finding] { serverFindings + entries.flatMap(\.findings) }

    /// The entries that migrate would refuse, or fail with: all of them where it is for a deployment's sake.
    public var refused: [Entry] {
        serverFindings.count(.error) > 0 ? entries : entries.filter { $0.findings.count(.error) > 0 }
    }
}
