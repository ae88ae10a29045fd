import HotColdCore
import Mongo
import TestSupport

/// Makes documents that are hard to judge: every BSON type, values around cutoffs, and paths that lead astray.
struct PolicyDocumentGenerator {
    private(set) var values: PolicyValueGenerator
    private let paths: [FieldPath]

    /// A generator for two fields; the paths must not contain each other.
    ///
    /// - Parameter symbols: whether there may be symbols, which the server can't index under a collation.
    init(seed: UInt64, _ type: Policy.DateType, paths: [FieldPath], cutoffs: [Int64], symbols: Bool) {
        values = PolicyValueGenerator(
            random: SeededGenerator(seed: seed),
            type: type,
            cutoffs: cutoffs,
            hasSymbols: symbols
        )
        self.paths = paths
    }

    /// A document being built; names may repeat.
    private indirect enum Node {
        case value(BSONValue)
        case fields([(name: String, node: Node)])
        case array([Node])

        var encoded: BSONValue {
            switch self {
            case .value(let value): value
            case .fields(let fields): .document(BSONDocument(fields.map { ($0.name, $0.node.encoded) }))
            case .array(let nodes): .array(nodes.map(\.encoded))
            }
        }
    }

    /// The next document.
    mutating func document(id: Int32) -> BSONDocument {
        var root: [(name: String, node: Node)] = []
        if values.chance(0.3) { root.append(("filler", .value(values.anything()))) }
        for path in paths {
            if let leaf = values.leaf() { insert(.value(leaf), path.components[...], into: &root) }
        }
        for path in paths where values.chance(0.3) {
            damage(&root, path.components[...])
        }
        if values.chance(0.1) { root.append((paths[0].description, .value(values.ofType()))) }
        // The id first, as the server would put it; a policy may go by it.
        let fields = root.first?.name == "_id" ? root : [("_id", .value(.int32(id)))] + root
        return BSONDocument(fields.map { ($0.name, $0.node.encoded) })
    }

    private func insert(_ leaf: Node, _ path: ArraySlice<String>, into fields: inout [(name: String, node: Node)]) {
        guard let name = path.first else { return }
        let rest = path.dropFirst()
        if rest.isEmpty { return fields.append((name, leaf)) }
        if let index = fields.firstIndex(where: { $0.name == name }), case .fields(var inner) = fields[index].node {
            insert(leaf, rest, into: &inner)
            fields[index].node = .fields(inner)
        } else {
            var inner: [(name: String, node: Node)] = []
            insert(leaf, rest, into: &inner)
            fields.append((name, .fields(inner)))
        }
    }

    /// Spoils one place along a path.
    private mutating func damage(_ fields: inout [(name: String, node: Node)], _ path: ArraySlice<String>) {
        guard let name = path.first else { return }
        guard let index = fields.firstIndex(where: { $0.name == name }) else { return fields.append((name, junk())) }
        if path.count > 1, values.chance(0.6), case .fields(var inner) = fields[index].node {
            damage(&inner, path.dropFirst())
            fields[index].node = .fields(inner)
            return
        }
        let node = fields[index].node
        switch values.number(below: 9) {
        case 0: fields[index].node = .array([])
        case 1: fields[index].node = .array([node])
        case 2: fields[index].node = .array([junk(), node, .value(.null)])
        case 3: fields[index].node = .array([.array([node])])
        case 4: fields[index].node = junk()
        case 5: fields.remove(at: index)
        case 6: fields.insert((name, junk()), at: index)
        case 7: fields.append((name, junk()))
        default: fields[index].node = .fields([("0", node), (name, node)])
        }
    }

    private mutating func junk() -> Node {
        values.chance(0.5) ? .value(values.anything()) : .fields([("x", .value(values.ofType()))])
    }
}
