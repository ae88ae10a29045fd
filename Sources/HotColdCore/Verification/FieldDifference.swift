public import Mongo

/// A place at which the two versions of a document differ.
public struct FieldDifference: Sendable, Equatable {
    /// The field, by the names that lead to it, and in an array by its position; empty for the document itself.
    public var path: [String]
    /// What hot has there; nil where it has nothing.
    public var hot: BSONValue?
    /// What the archive has there; nil where it has nothing.
    public var cold: BSONValue?

    /// Creates a difference.
    public init(_ path: [String], hot: BSONValue?, cold: BSONValue?) {
        self.path = path
        self.hot = hot
        self.cold = cold
    }

    /// The path in the server's dot notation.
    public var field: String { path.joined(separator: ".") }

    /// What hot has there, for reports; nil where it has nothing.
    public var hotValue: StructuredValue? { hot.map(StructuredValue.bson) }
    /// What the archive has there, for reports; nil where it has nothing.
    public var coldValue: StructuredValue? { cold.map(StructuredValue.bson) }
    /// The server's name of the type that hot has there.
    public var hotType: String? { hot?.type.alias }
    /// The server's name of the type that the archive has there.
    public var coldType: String? { cold?.type.alias }

    /// Whether both have the same fields there, in another order: to the server, and to a proof of bytes, that is another
    /// value.
    public var isOfOrder: Bool {
        guard let hot = hot.flatMap(Fields.init), let cold = cold.flatMap(Fields.init) else { return false }
        return hot.names.count == cold.names.count && hot.names.allSatisfy { hot[$0] == cold[$0] }
    }
}

extension FieldDifference {
    /// Where two versions of a document differ, in the order of the hot one; what only the archive has comes after that.
    ///
    /// As deep as possible: of two embedded documents the fields that differ. Elements of arrays are compared by their
    /// position. Values are compared by their bytes: 1 and 1.0 differ.
    public static func all(hot: BSONDocument, cold: BSONDocument) -> [FieldDifference] {
        var differences: [FieldDifference] = []
        compare(.document(hot), .document(cold), at: [], into: &differences)
        return differences
    }

    private static func compare(
        _ hot: BSONValue,
        _ cold: BSONValue,
        at path: [String],
        into differences: inout [FieldDifference]
    ) {
        guard hot != cold else { return }
        let whole = FieldDifference(path, hot: hot, cold: cold)
        guard hot.type == cold.type, path.count < BSONDocument.maximumDepth, let ours = Fields(hot),
            let others = Fields(cold)
        else {
            differences.append(whole)
            return
        }
        let known = differences.count
        for name in ours.names {
            let place = path + [name.text]
            if let ours = ours[name], let other = others[name] {
                compare(ours, other, at: place, into: &differences)
            } else {
                differences.append(FieldDifference(place, hot: ours[name], cold: nil))
            }
        }
        for name in others.names where ours[name] == nil {
            differences.append(FieldDifference(path + [name.text], hot: nil, cold: others[name]))
        }
        // The same fields: then in another order.
        if differences.count == known { differences.append(whole) }
    }
}

/// The fields of a document, or the elements of an array by their position.
private struct Fields {
    /// In their order.
    let names: [ExactName]
    private let values: [ExactName: BSONValue]

    /// Nil for a value that has none, that is malformed, or that has a name twice: such can only be compared as a whole.
    init?(_ value: BSONValue) {
        guard let elements = try? value.document?.elements() else { return nil }
        let isArray = value.type == .array
        names = elements.enumerated().map { ExactName(isArray ? "\($0)" : $1.name) }
        values = Dictionary(zip(names, elements.map(\.value))) { first, _ in first }
        guard values.count == names.count else { return nil }
    }

    subscript(name: ExactName) -> BSONValue? { values[name] }
}
