import Mongo
import TestSupport

/// An entry point for hostile bytes: one place where hotcold reads what a server, a file or an operator gave it.
struct FuzzTarget: Sendable {
    /// What `scripts/fuzz` calls it.
    let name: String
    /// What to begin with: inputs that are right, for libFuzzer to damage.
    let seeds: @Sendable () -> [[UInt8]]
    /// Reads an input, and traps where something that must hold doesn't.
    let run: @Sendable ([UInt8]) -> Void

    /// All of them, in the order in which they run.
    static let all: [FuzzTarget] = [
        .bson, .extendedJSON, .json, .query, .configuration, .reply, .state, .time, .policy, .batch,
    ]

    /// The one of a name.
    static func named(_ name: String) -> FuzzTarget {
        guard let target = all.first(where: { $0.name == name }) else { fatalError("no target is called \(name)") }
        return target
    }
}

/// The documents of the corpus that are small enough to be damaged in every place.
let smallDocuments = EveryBSONType.documents.map { Array($0.document.bytes) }.filter { $0.count < 2_000 }

/// Traps, which libFuzzer takes for a finding, unless a condition holds.
func require(_ condition: @autoclosure () -> Bool, _ what: @autoclosure () -> String) {
    if !condition() { fatalError("broken: \(what())") }
}
