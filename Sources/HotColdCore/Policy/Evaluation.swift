public import Mongo

/// What a policy says about one document, and why.
public struct Evaluation: Hashable, Sendable {
    /// The verdict on the document.
    public let temperature: Temperature
    /// The verdicts on the fields that decide: the date before the last access.
    public let findings: [Finding]

    /// One field: what is there, and what follows.
    public struct Finding: Hashable, Sendable {
        /// Which date of the document the field says.
        public let role: Role
        /// Where the field is.
        public let path: FieldPath
        /// How dates are written in it.
        public let dateType: Policy.DateType
        /// What is there.
        public let found: Found
        /// The value that is there, in the document's own storage; nil where nothing was reached.
        public let value: BSONValue?
        /// For a missing or null access field under `"missing": "use_date"`: the date field, and what is there.
        public let standIn: StandIn?
        /// Age or idle time, negative for a date in the future; nil where there is no usable date.
        public let elapsed: Duration?
        /// What follows.
        public let verdict: Verdict
    }

    /// Which date of a document a field says.
    public enum Role: String, Sendable {
        /// Its date: the time since then is its age.
        case date
        /// Its last access: the time since then is how long it is idle.
        case access
    }

    /// A field that is read in another's place.
    public struct StandIn: Hashable, Sendable {
        /// Where it is.
        public let path: FieldPath
        /// What is there.
        public let found: Found
    }

    /// The verdict on one field, with the thresholds it was compared with, in days.
    public enum Verdict: Hashable, Sendable {
        /// At most the hot threshold.
        case recent(atMost: Int)
        /// More than the hot threshold, at most the cold one.
        case between(moreThan: Int, atMost: Int)
        /// More than the cold threshold.
        case old(moreThan: Int)
        /// No usable date.
        case unusable
    }
}

extension Evaluation {
    /// Judges a document by the conditions of a policy at a moment.
    init(of document: BSONDocument, by policy: Policy, _ cutoffs: Cutoffs, _ conditions: PolicyConditions) {
        let read = policy.decidingFields.map { (field: $0, content: $0.read(document)) }
        func content(_ field: DatedField) -> (found: Found, value: BSONValue?) {
            read.first { $0.field == field }?.content ?? (.missing, nil)
        }
        // Exactly one holds. Were it two, by a mistake, the document had better stay.
        let order: [Temperature] = [.unclassified, .hot, .warm, .cold]
        temperature = order.first { conditions[$0].holds { content($0).found } } ?? .unclassified

        func finding(_ role: Role, _ field: DatedField) -> Finding {
            let (found, value) = content(field)
            let standIn = role == .access && found.isAbsent ? policy.accessStandIn : nil
            let moment = (standIn.map { content($0).found } ?? found).moment
            return Finding(
                role: role,
                path: field.path,
                dateType: field.type,
                found: found,
                value: value,
                standIn: standIn.map { StandIn(path: $0.path, found: content($0).found) },
                elapsed: moment.map { .milliseconds(cutoffs.now) - .milliseconds($0) },
                verdict: moment.map { policy.verdict(on: $0, role, cutoffs) } ?? .unusable
            )
        }
        var findings: [Finding] = []
        if policy.kind != .accessBased, let field = policy.datedDateField { findings.append(finding(.date, field)) }
        if policy.kind != .timeBased, let field = policy.datedAccessField { findings.append(finding(.access, field)) }
        self.findings = findings
    }
}

extension Policy {
    fileprivate func verdict(
        on moment: Int64,
        _ role: Evaluation.Role,
        _ cutoffs: Cutoffs
    ) -> Evaluation.Verdict {
        switch role {
        case .date where moment < cutoffs.cold: .old(moreThan: coldThresholdDays)
        case .date where moment < cutoffs.hot: .between(moreThan: hotThresholdDays, atMost: coldThresholdDays)
        case .date: .recent(atMost: hotThresholdDays)
        case .access: moment < cutoffs.access ? .old(moreThan: hotAccessDays) : .recent(atMost: hotAccessDays)
        }
    }
}
