import Testing

@testable import HotColdCore

@Suite("What a scan has missed")
struct RemainderTests {
    @Test(
        "is what was counted, not found, and is still there",
        arguments: [
            // Everything found; less, and the rest is gone; more than was counted.
            (counted: 40, found: 40, leftBehind: 0, remaining: 0, missed: 0), (40, 35, 0, 0, 0), (40, 50, 0, 0, 0),
            // What came meanwhile stays, and so does what was left behind for a reason.
            (40, 40, 0, 7, 0), (40, 40, 3, 3, 0), (40, 35, 5, 5, 0),
            // Not found and still there, also beside what was left behind, and beside what came.
            (40, 0, 0, 40, 40), (40, 35, 0, 5, 5), (40, 35, 3, 8, 5), (40, 35, 0, 50, 5),
            // Some of what was not found is gone.
            (40, 35, 0, 4, 0), (40, 35, 3, 7, 0),
        ]
    )
    func missed(counted: Int, found: Int, leftBehind: Int, remaining: Int, missed: Int) {
        let known = Remainder.missed(of: counted, found: found, leftBehind: leftBehind, remaining: remaining)
        #expect(known == missed)
    }
}
