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

/// The documents, and for each number at their top level those with one that nobody counted in its place.
func withMonsters(_ documents: [BSONDocument]) -> [[UInt8]] {
    let monsters: [BSONValue] = [.int64(.max), .int64(.min), .double(1e300), .double(.nan), .date(milliseconds: .max)]
    return documents.flatMap { document -> [BSONDocument] in
        let elements = (try? document.elements()) ?? []
        let numbers = elements.indices.filter { isNumber(elements[$0].value) }
        return [document]
            + numbers.flatMap { changed in
                monsters.map { monster in
                    BSONDocument(
                        elements.indices.map { (elements[$0].name, $0 == changed ? monster : elements[$0].value) }
                    )
                }
            }
    }
    .map { Array($0.bytes) }
}

private func isNumber(_ value: BSONValue) -> Bool { value.number != nil || value.dateMilliseconds != nil }

/// Traps, which libFuzzer takes for a finding, unless a condition holds.
func require(_ condition: @autoclosure () -> Bool, _ what: @autoclosure () -> String) {
    if !condition() { fatalError("broken: \(what())") }
}
