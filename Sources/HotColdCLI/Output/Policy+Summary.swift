internal import HotColdCore

extension Policy {
    /// The rule in words: `access_based: last_accessed more than 30 days ago`.
    var summary: String {
        let date = "\(dateField.map { "\($0)" } ?? "?") more than \(Quantity.days(coldThresholdDays)) ago"
        let access = "\(accessField.map { "\($0)" } ?? "?") more than \(Quantity.days(hotAccessDays)) ago"
        switch kind {
        case .timeBased: return "time_based: \(date)"
        case .accessBased: return "access_based: \(access)"
        case .hybrid: return "hybrid: \(date) and \(access)"
        }
    }

    /// The extremes of the dates that order documents: `last_accessed from 2024-11-15T00:00:00Z to …`.
    ///
    func dates(from oldest: Int64, to newest: Int64) -> String {
        "\(sortField) from \(ISO8601.string(fromMilliseconds: oldest)) to \(ISO8601.string(fromMilliseconds: newest))"
    }
}
