import Mongo
import TestSupport

extension FuzzTarget {
    /// Frames, validation, reader, values and writer.
    static let bson = FuzzTarget(
        name: "bson",
        seeds: { smallDocuments + [EveryBSONType.nested(0x03, name: "d", depth: 210)] },
        run: { bytes in
            guard let document = read(bytes) else { return }
            let isValid = (try? document.validate()) != nil
            let isWalkable = walk(document, depth: 1)
            require(!isValid || isWalkable, "what is valid can be walked")
            if let elements = try? document.elements() { checkRewriting(document, elements) }
            require(document.detached == document, "a detached copy is equal")
        }
    )

    /// The document, read between two different surroundings: what is read must not depend on them.
    private static func read(_ bytes: [UInt8]) -> BSONDocument? {
        let (plain, surrounded) = (bytes[...], ([0xAA] + bytes + [0xAA, 0x03]).dropFirst().dropLast(2))
        let (one, other) = (try? BSONDocument(bytes: plain), try? BSONDocument(bytes: surrounded))
        require(one == other, "the same document whatever surrounds it")
        if let one, let other {
            require((try? one.elements().count) == (try? other.elements().count), "the same elements")
            let (first, second) = (problem(of: one), problem(of: other))
            require(first == second, "the same problem: \(first ?? "none"), \(second ?? "none")")
        }
        return other
    }

    private static func problem(of document: BSONDocument) -> String? {
        do { try document.validate() } catch { return "\(error)" }
        return nil
    }

    /// Whether every element of it and of the documents in it could be read.
    private static func walk(_ document: BSONDocument, depth: Int) -> Bool {
        guard let elements = try? document.elements() else { return false }
        var isWhole = true
        for element in elements {
            let value = element.value
            require(element.hasName(element.name) || element.name.contains("\u{FFFD}"), "a name is its bytes")
            require(value == value.detached, "a value is equal to its copy")
            _ = (value.string, value.bool, value.dateMilliseconds, value.objectID, value.binary, value.number)
            _ = value.array?.count
            if depth < 250, let inner = value.document { isWhole = walk(inner, depth: depth + 1) && isWhole }
        }
        return isWhole
    }

    /// What is read and written again is the same, byte for byte.
    private static func checkRewriting(_ document: BSONDocument, _ elements: [BSONElement]) {
        guard elements.allSatisfy({ $0.hasName($0.name) }) else { return }
        var writer = BSONWriter()
        for element in elements { writer.append(element.name, element.value) }
        require(writer.finish() == document, "read and written again, byte for byte")
        for element in elements { require(document[element.name] != nil, "found by its name") }
        let longer = document.appending("new", .null)
        require((try? longer.elements().count) == elements.count + 1, "one more")
    }
}
