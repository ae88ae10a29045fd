public import Mongo

/// Something that makes a migration fail or surprise, found before it does.
///
/// `check` reports findings; a plan is refused for those that are errors and carries those that are warnings: the rules
/// are the same.
public struct Finding: Hashable, Sendable {
    /// How bad it is; the raw values are those of reports.
    public enum Severity: String, CaseIterable, Sendable {
        /// A migration would be refused, fail or be wrong.
        case error
        /// A migration may surprise.
        case warning
        /// Worth knowing.
        case notice
    }

    /// The deployment that a finding is about.
    public enum Server: String, CaseIterable, Sendable {
        /// Where the hot collections are.
        case hot
        /// Where the archives are.
        case cold
        /// One deployment that is both.
        case both
    }

    /// How bad it is.
    public var severity: Severity
    /// What kind of thing it is, for scripts.
    public var code: FindingCode
    /// The deployment that it is about; nil for what is about a collection.
    public var server: Server?
    /// The key of the configuration's entry that it is about; nil for what is about a deployment.
    public var collection: String?
    /// The collection in the database that it is about, where it is one.
    public var namespace: Namespace?
    /// What was found, in a clause.
    public var message: String
    /// What it means for a migration, in a clause.
    public var meaning: String
    /// What to do about it, where there is something to do.
    public var remedy: String?
    /// A command for mongosh, or hotcold's own, that does it.
    public var command: String?

    /// Creates a finding.
    ///
    /// The texts may name what a server or a file names: characters that steer a terminal are escaped.
    init(
        _ severity: Severity,
        _ code: FindingCode,
        on namespace: Namespace? = nil,
        _ message: String,
        meaning: String,
        remedy: String? = nil,
        command: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.namespace = namespace
        self.message = message.escaped
        self.meaning = meaning.escaped
        self.remedy = remedy?.escaped
        self.command = command
    }

    /// What was found and what it means, in one sentence.
    public var summary: String { "\(message); \(meaning)" }

    /// The finding as the error that a plan is refused with.
    var refusal: MigrationError { .unsuitable(reason: warning, hint: remedy) }
    /// The finding as a plan warns of it; of one of two deployments it says which.
    var warning: String {
        switch server {
        case .hot, .cold: "\(server?.rawValue ?? ""): \(summary)"
        case .both, nil: summary
        }
    }

    /// The same about a deployment.
    func on(_ server: Server) -> Finding {
        var finding = self
        finding.server = server
        return finding
    }

    /// The same about an entry of the configuration.
    func inEntry(_ name: String) -> Finding {
        var finding = self
        finding.collection = name
        return finding
    }
}

extension Sequence<Finding> {
    /// How many there are of a severity.
    public func count(_ severity: Finding.Severity) -> Int { count { $0.severity == severity } }

    /// What a plan is refused for.
    var refusals: [MigrationError] { filter { $0.severity == .error }.map(\.refusal) }
    /// What a plan warns of.
    var warnings: [String] { filter { $0.severity == .warning }.map(\.warning) }

    /// The same findings, the worst first, else in their order.
    var worstFirst: [Finding] {
        Finding.Severity.allCases.flatMap { severity in filter { $0.severity == severity } }
    }
}
