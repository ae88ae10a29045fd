/// Problems, counted to the last and listed to the twentieth.
public struct ProblemList: Sendable {
    /// How many are listed.
    public static let listed = 20

    /// The first ones.
    public private(set) var first: [VerificationProblem] = []
    /// All.
    public private(set) var count = 0
    /// Where all are written, of which collection; nil for nowhere.
    var log: (file: ProblemLog, collection: String)?
    /// The file that names all; nil for none.
    public var file: String? { log?.file.path }

    /// Creates an empty list.
    public init() {}

    /// Adds one.
    public mutating func add(_ problem: VerificationProblem) {
        count += 1
        if first.count < Self.listed { first.append(problem) }
        log?.file.write([(problem.id, problem.kind.rawValue, problem.reason)], of: log?.collection ?? "")
    }
}
