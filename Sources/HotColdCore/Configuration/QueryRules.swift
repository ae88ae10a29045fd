/// What `filter` and `exclude` may not say although MongoDB would take it: queries that match everything or nothing
/// without meaning to.
struct QueryRules {
    let text: JSONText

    /// Checks a query.
    ///
    /// - Throws: `JSONError` for the first condition that can't be meant.
    func check(_ query: JSONNode) throws(JSONError) {
        guard let members = query.members else { return }
        guard !members.isEmpty else {
            throw error("an empty query matches every document", "leave the key out if that is meant", query.range)
        }
        for member in members {
            switch member.name {
            case "$and", "$or", "$nor":
                try checkNotEmpty(member)
                for element in member.value.elements ?? [] { try check(element) }
            case let name where name.utf8.first == UInt8(ascii: "$"):
                // `$expr` and `$jsonSchema` take an empty document for "always".
                guard member.value.members?.isEmpty == true else { continue }
                throw error(
                    "an empty document after \(name)",
                    "leave the condition out if that is meant",
                    member.value.range
                )
            default: try checkCondition(member)
            }
        }
    }

    /// Checks what a field, or `$not`, is compared with.
    private func checkCondition(_ condition: JSONMember) throws(JSONError) {
        guard let members = condition.value.members else { return }
        guard !members.isEmpty else {
            let name = quotation(of: condition.name)
            throw error(
                "an empty operator document for \"\(name)\"",
                "write {\"$eq\": {}} if an empty document is meant",
                condition.value.range
            )
        }
        let plain = members.first { $0.name.utf8.first != UInt8(ascii: "$") }
        let hasOperators = members.contains { $0.name.utf8.first == UInt8(ascii: "$") }
        // {"$ref": …, "$id": …} is a reference, which may have more fields.
        if let plain, hasOperators, !members.contains(where: { $0.name == "$ref" }) {
            let name = quotation(of: plain.name)
            throw error("operators and the field \"\(name)\" in one object", "is a $ missing?", plain.nameRange)
        }
        guard hasOperators else { return }
        for member in members {
            switch member.name {
            case "$in", "$nin", "$all": try checkNotEmpty(member)
            case "$not": try checkCondition(member)
            case "$elemMatch":
                let isCondition = member.value.members?.first?.name.utf8.first == UInt8(ascii: "$")
                if isCondition { try checkCondition(member) } else { try check(member.value) }
            default: break
            }
        }
    }

    private func checkNotEmpty(_ member: JSONMember) throws(JSONError) {
        guard member.value.elements?.isEmpty == true else { return }
        throw error(
            "an empty list after \(member.name)",
            "name at least one value, or leave the condition out",
            member.value.range
        )
    }

    private func error(_ problem: String, _ advice: String, _ range: Range<Int>) -> JSONError {
        JSONError("\(problem); \(advice)", at: text.position(of: range))
    }
}
