/// A run whose process is gone, and what it has left half-way.
public struct DeadRun: Sendable, Equatable {
    /// Its name.
    public let run: String
    /// How many of its movers have left something.
    public let seats: Int
    /// The most documents that may be half-way.
    public let documents: Int

    /// Creates one.
    public init(run: String, seats: Int, documents: Int) {
        self.run = run
        self.seats = seats
        self.documents = documents
    }
}
