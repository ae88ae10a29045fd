import HotColdCore
import Mongo

/// 2026-11-22T16:00:00Z, the moment of the tests.
let policyNow: Int64 = 1_795_363_200_000

/// A day in milliseconds.
let dayMilliseconds: Int64 = 86_400_000

extension FieldPath {
    /// A path known to be well formed.
    static func of(_ text: String) -> FieldPath {
        guard let path = FieldPath(text) else { preconditionFailure("\(text) is no path") }
        return path
    }
}

extension Policy {
    /// A policy on the fields `d` (date) and `a` (access).
    static func sample(
        _ kind: Kind,
        _ dateType: DateType = .date,
        missing: MissingAccess = .keep,
        hot: Int = 30,
        cold: Int = 90,
        access: Int = 30
    ) -> Policy {
        Policy(
            kind: kind,
            dateField: .of("d"),
            accessField: .of("a"),
            dateType: dateType,
            missing: missing,
            hotThresholdDays: hot,
            coldThresholdDays: cold,
            hotAccessDays: access
        )
    }
}

extension BSONValue {
    /// A date before the moment of the tests.
    static func before(_ milliseconds: Int64) -> BSONValue { .date(milliseconds: policyNow - milliseconds) }
}
