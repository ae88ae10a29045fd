import Testing

@testable import HotColdCLI
@testable import HotColdCore

/// Expects every number of a human report to be in the JSON of the same report, however it is written for people.
func expectNumbers(of text: String, in json: StructuredValue, sourceLocation: SourceLocation = #_sourceLocation) {
    let known = json.renderings
    for number in numbers(in: text) where !known.contains(number) {
        Issue.record("\(number) is not in the JSON\n\(text)", sourceLocation: sourceLocation)
    }
}

/// The words that begin with a digit, with their units; a name such as `created_at_1` is none.
private func numbers(in text: String) -> [String] {
    let units: Set<Substring> = ["B", "kB", "MB", "GB", "TB", "%"]
    let words = text.split { $0.isWhitespace || "();".contains($0) }
        .map { $0.trimming { ".,:;".contains($0) } }
    return words.indices.compactMap { index in
        guard let first = words[index].drop(while: { $0 == "-" }).first, ("0"..."9").contains(first) else { return nil }
        let next = index + 1 < words.count ? words[index + 1] : ""
        return units.contains(next) ? "\(words[index]) \(next)" : String(words[index])
    }
}

extension Substring {
    fileprivate func trimming(_ isTrimmed: (Character) -> Bool) -> Substring {
        var rest = drop(while: isTrimmed)
        while let last = rest.last, isTrimmed(last) { rest.removeLast() }
        return rest
    }
}

extension StructuredValue {
    /// Every way in which people are shown the numbers and texts in here.
    fileprivate var renderings: Set<String> {
        switch self {
        case .null, .bool: return []
        // As it is, where it names something: a process.
        case .int(let number): return [Quantity.count(Int(number)), Quantity.bytes(number), String(number)]
        case .double(let number):
            // Megabytes and gigabytes are shown in the unit that suits them.
            let bytes = [1, 1 << 20, 1 << 30].map { Quantity.bytes(Int64((number * Double($0)).rounded())) }
            let duration = Quantity.duration(.seconds(number)).split(separator: " ").map(String.init)
            // A threshold as it was configured: in gigabytes without a fraction.
            let whole = Quantity.count(Int(number))
            return Set(bytes + duration + [Quantity.percent(number), whole, "\(whole) GB"])
        // What is said in words may be said to people, too.
        case .string(let text): return Set(numbers(in: text))
        case .date(let milliseconds): return [ISO8601.string(fromMilliseconds: milliseconds)]
        case .bson(let value): return StructuredValue(extendedJSON: value).renderings
        case .array(let elements): return elements.reduce(into: []) { $0.formUnion($1.renderings) }
        case .object(let members): return members.reduce(into: []) { $0.formUnion($1.value.renderings) }
        }
    }
}
