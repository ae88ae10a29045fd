internal import Mongo

/// What a process waits for at the moment, for people who see it do nothing.
public struct Waiting: Sendable {
    /// What it is: `cold (db2:27017) to answer insert`.
    public let what: String
    /// For how long already.
    public let duration: Duration

    /// The answer of a server that is waited for longest; nil where none is waited for longer than a limit.
    public static func forServer(longerThan limit: Duration) -> Waiting? {
        guard let wait = ServerWait.longest else { return nil }
        let duration = ContinuousClock.now - wait.since
        guard duration > limit else { return nil }
        return Waiting(what: "\(wait.place ?? "a server") to answer \(wait.command)", duration: duration)
    }
}
