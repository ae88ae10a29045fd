internal import Mongo

/// A document whose `_id` both tiers have, judged.
struct Overlap: Sendable {
    let pair: IDPair
    let kind: OverlapKind
    /// Sizes in bytes.
    let hotBytes: Int
    let coldBytes: Int
    /// The run that has it in hand.
    let run: String?
}

/// An `_id` as each tier writes it: 1 and 1.0 are the same to a server.
struct IDPair: Sendable, Hashable {
    let hot: BSONValue
    let cold: BSONValue
}
