import Mongo
import Testing

@testable import HotColdCLI
@testable import HotColdCore

@Suite("An explanation for people")
struct OutputExplanationTests {
    private static let day: Int64 = 86_400_000

    private static func explanation(
        _ document: BSONDocument?,
        isHot: Bool = true,
        isCold: Bool = false,
        _ change: (inout Explanation) -> Void = { _ in }
    ) -> Explanation {
        let orders = OutputAnalysisTests.orders.collection
        var explanation = Explanation(
            collection: orders,
            id: "order42",
            isHot: isHot,
            isCold: isCold,
            evaluation: document.map { orders.policy.evaluate($0, at: reportNow) },
            moves: []
        )
        change(&explanation)
        return explanation
    }

    private static let old = BSONValue.date(milliseconds: reportNow - 200 * day)

    static let all: [(String, Explanation)] = [
        ("due", explanation(["created_at": old, "last_accessed": old]) { $0.matchesFilter = true }),
        (
            "held",
            explanation(["created_at": old, "last_accessed": .date(milliseconds: reportNow - 3 * day)]) {
                $0.heldUntil = reportNow + 5 * day
                $0.matchesFilter = true
                $0.matchesExclude = false
                $0.moves = [
                    Explanation.Move(
                        run: "20261120T160000Z-01234567",
                        direction: .restore,
                        committedAt: reportNow - 2 * day,
                        isCopy: false
                    ),
                    Explanation.Move(
                        run: "20261101T020000Z-89abcdef",
                        direction: .migrate,
                        committedAt: reportNow - 21 * day,
                        isCopy: false
                    ),
                    Explanation.Move(
                        run: "20261001T020000Z-89abcdef",
                        direction: .migrate,
                        committedAt: reportNow - 52 * day,
                        isCopy: true
                    ),
                ]
            }
        ),
        ("unclassified", explanation(["created_at": "2026"])),
        ("archived", explanation(["created_at": old, "last_accessed": old], isHot: false, isCold: true)),
        ("both", explanation(["created_at": old, "last_accessed": old], isCold: true)),
        ("deleted", explanation(nil, isHot: false)),
    ]

    @Test("reads as in the golden file", arguments: all)
    func golden(name: String, explanation: Explanation) throws {
        try expectGolden(ExplanationText(explanation).text, "explain-\(name).txt")
    }

    @Test("has no number that JSON has not", arguments: all)
    func numbers(name: String, explanation: Explanation) {
        expectNumbers(of: ExplanationText(explanation).text, in: explanation.structured)
    }
}
