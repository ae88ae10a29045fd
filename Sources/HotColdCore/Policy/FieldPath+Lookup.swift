import Mongo

/// What a document holds at a dotted path.
enum PathLookup: Sendable {
    /// A value, of any type.
    case value(BSONValue)
    /// Nothing: a name on the way is not there, or holds no document.
    case missing
    /// An array encloses the field, at this path, so that there can be several values or none.
    case insideArray(String)
    /// The bytes on the way make no sense.
    case malformed
}

extension BSONDocument {
    /// Follows a path as the server does: of equal names the first counts, a dot in a stored name is part of the
    /// name, and a number in the path is a name like any other.
    func lookup(_ path: FieldPath) -> PathLookup {
        var document = self
        for (depth, component) in path.components.enumerated() {
            let value: BSONValue?
            do { value = try document.first(component) } catch { return .malformed }
            guard let value else { return .missing }
            guard depth < path.components.count - 1 else { return .value(value) }
            switch value.type {
            case .document:
                guard let inner = value.document else { return .malformed }
                document = inner
            case .array: return .insideArray(path.enclosing[depth])
            default: return .missing
            }
        }
        return .missing
    }

    /// The first field of a name.
    ///
    /// Unlike the subscript it tells a malformed document from one without the field.
    private func first(_ name: String) throws(BSONError) -> BSONValue? {
        var reader = makeReader()
        while let element = try reader.next() {
            if element.hasName(name) { return element.value }
        }
        return nil
    }
}
