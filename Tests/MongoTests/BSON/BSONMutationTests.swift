import Mongo
import TestSupport
import Testing

/// Damaged bytes must be refused or read, without a crash and without a look at what lies around them.
@Suite struct BSONMutationTests {
    /// Documents small enough to be damaged in every place.
    static let small = EveryBSONType.documents.filter { $0.document.byteCount < 1_000 }

    @Test(arguments: small) func `every truncation is refused`(named: NamedDocument) {
        let bytes = Array(named.document.bytes)
        for count in 0..<bytes.count {
            #expect((try? BSONDocument(bytes: bytes[..<count])) == nil)
            guard count > 5 else { continue }
            // Cut off, and with a frame that looks right again.
            Self.readEverything(RawBSON.int32(Int32(count)) + bytes[4..<(count - 1)] + [0])
        }
    }

    @Test(arguments: 0..<8) func `flipped bytes are read the same whatever surrounds them`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_500 {
            guard let named = Self.small.randomElement(using: &generator) else { return }
            var bytes = Array(named.document.bytes)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 4..<bytes.count - 1, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            Self.readEverything(bytes)
        }
    }

    @Test(arguments: 0..<8) func `a length that lies anywhere is read the same whatever surrounds it`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let lengths: [Int32] = [0, 1, 4, 5, 12, 13, 14, 60, 127, 255, 65_535, 1 << 24, .max, .max - 4, .min, -1, -5]
        for _ in 0..<2_500 {
            guard let named = Self.small.randomElement(using: &generator),
                let length = lengths.randomElement(using: &generator)
            else { return }
            var bytes = Array(named.document.bytes)
            let position = Int.random(in: 4..<bytes.count - 4, using: &generator)
            bytes.replaceSubrange(position..<position + 4, with: RawBSON.int32(length))
            Self.readEverything(bytes)
        }
    }

    /// Reads all there is, twice, between different neighbours: an over-read shows as a difference or a trap.
    private static func readEverything(_ bytes: [UInt8]) {
        let traces = [UInt8(0), 0xAA].map { neighbour -> [String] in
            let around = [UInt8](repeating: neighbour, count: 64)
            let arena = around + bytes + around
            guard let document = try? BSONDocument(bytes: arena[64..<64 + bytes.count]) else { return [] }
            // What libbson makes of it is not ours to judge, but it must survive it.
            _ = ExtendedJSON.string(from: document, .canonical)
            var trace: [String] = []
            do { try document.validate() } catch { trace.append("\(error)") }
            walk(document, depth: 0, &trace)
            return trace
        }
        #expect(traces[0] == traces[1], "\(bytes)")
    }

    /// Notes all that the accessors say, and where the values lie.
    private static func walk(_ document: BSONDocument, depth: Int, _ trace: inout [String]) {
        let frame = document.bytes.startIndex..<document.bytes.endIndex
        var reader = document.makeReader()
        while let element = try? reader.next() {
            let value = element.value
            if value.bytes.startIndex < frame.lowerBound || value.bytes.endIndex >= frame.upperBound {
                Issue.record("a value outside of its document: \(value.bytes.indices) in \(frame)")
            }
            trace.append("\(element.name) \(value.type) \(value.bytes.indices) \(value.string ?? "-")")
            if let number = value.number ?? value.dateMilliseconds.map(Double.init) { trace.append("\(number)") }
            if let elements = value.array { trace.append("\(elements.count)") }
            if depth < 210, let inner = value.document { walk(inner, depth: depth + 1, &trace) }
        }
    }
}
