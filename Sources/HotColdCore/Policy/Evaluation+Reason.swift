import Mongo

extension Evaluation {
    /// The verdict in a sentence without a full stop, such as `cold: timestamp is 2026-08-01T00:00:00Z, 113 days ago,
    /// more than cold_threshold_days (90)`.
    public var reason: String {
        "\(temperature.rawValue): " + findings.map(\.description).joined(separator: "; ")
    }
}

extension Evaluation.Finding: CustomStringConvertible {
    /// What is there and what follows, in words.
    public var description: String {
        guard let standIn else { return "\(path) \(found.words(dateType))" + consequence }
        return "\(path) \(found.words(dateType)) and counts as \(standIn.path), "
            + "which \(standIn.found.words(dateType))" + consequence
    }

    private var consequence: String {
        guard let elapsed else { return "" }
        let (hot, cold) =
            switch role {
            case .date: ("hot_threshold_days", "cold_threshold_days")
            case .access: ("hot_access_days", "hot_access_days")
            }
        switch verdict {
        case .recent(let most): return ", \(ago(elapsed, most)), at most \(hot) (\(most))"
        case .between(let least, let most):
            return ", \(ago(elapsed, least)), more than \(hot) (\(least)), at most \(cold) (\(most))"
        case .old(let least): return ", \(ago(elapsed, least)), more than \(cold) (\(least))"
        case .unusable: return ""
        }
    }

    /// Whole days, and a word where they alone would contradict the comparison.
    private func ago(_ elapsed: Duration, _ threshold: Int) -> String {
        if elapsed < .zero { return "in the future" }
        // A Duration that came from 64 bits of milliseconds has far fewer days than Int64 holds.
        let days = elapsed.components.seconds / 86_400
        if days == threshold && elapsed > .seconds(days * 86_400) { return "just over \(Self.count(days)) ago" }
        return days == 0 ? "less than a day ago" : "\(Self.count(days)) ago"
    }

    private static func count(_ days: Int64) -> String { days == 1 ? "1 day" : "\(days) days" }
}

extension Found {
    /// What is there, as the end of a sentence that begins with the field's name.
    fileprivate func words(_ type: Policy.DateType) -> String {
        switch self {
        case .date(let moment): "is \(ISO8601.string(fromMilliseconds: moment))"
        case .missing: "is missing"
        case .null: "is null"
        case .wrongType(let other): "is of type \(other.alias), not \(type.expectation)"
        case .noDate: "is not \(type.expectation)"
        case .insideArray(let path): "lies in an array, \(path)"
        case .malformed: "can't be read, the document is malformed"
        }
    }
}

extension Policy.DateType {
    /// What a value has to be.
    fileprivate var expectation: String {
        switch self {
        case .date: "date"
        case .iso8601: "an ISO-8601 date"
        case .epochSeconds, .epochMillis: "a finite int, long or double"
        case .objectID: "objectId"
        }
    }
}
