import Mongo
import Testing

@testable import HotColdCore

@Suite("How many refused documents in a row are enough")
struct RefusalStreakTests {
    private static func fault(_ code: Int32?) -> DocumentFault {
        DocumentFault(id: 1, kind: .failed, reason: "refused by \(code ?? 0)", code: code)
    }

    /// Whether the last of so many is enough.
    private static func adds(_ count: Int, _ code: Int32?, to streak: RefusalStreak) -> Bool {
        (0..<count).reduce(false) { _, _ in streak.add([fault(code)]) }
    }

    @Test("Five hundred of one code without a success")
    func enough() {
        let streak = RefusalStreak()
        #expect(!Self.adds(499, 121, to: streak))
        #expect(streak.error == nil)
        #expect(Self.adds(1, 121, to: streak))
        #expect(
            "\(streak.error.map { "\($0)" } ?? "")"
                == "stopped early: the last 500 documents were all refused with: refused by 121"
        )
    }

    @Test("A document that is taken, by whichever mover, starts the count anew")
    func success() {
        let streak = RefusalStreak()
        #expect(!Self.adds(499, 121, to: streak))
        streak.end()
        #expect(!Self.adds(499, 121, to: streak))
        #expect(streak.error == nil)
    }

    @Test("Each code counts for itself, and others in between change nothing")
    func codes() {
        let streak = RefusalStreak()
        #expect(!Self.adds(499, 121, to: streak))
        #expect(!Self.adds(499, 11000, to: streak))
        #expect(Self.adds(1, 121, to: streak))
    }

    @Test("A few documents that took too long each by itself: then the target is not there")
    func slow() {
        let streak = RefusalStreak()
        #expect(!Self.adds(4, MongoError.Code.maxTimeExpired, to: streak))
        #expect(Self.adds(1, MongoError.Code.maxTimeExpired, to: streak))
        guard case .unavailable? = streak.error else {
            Issue.record("\(String(describing: streak.error))")
            return
        }
    }

    @Test("What was sorted out without a question counts for nothing")
    func noCode() {
        let streak = RefusalStreak()
        #expect(!Self.adds(2000, nil, to: streak))
    }

    @Test("What ended the run stays, whatever movers that are still at work come to")
    func stays() {
        let streak = RefusalStreak()
        #expect(Self.adds(500, 121, to: streak))
        streak.end()
        #expect(Self.adds(1, 11000, to: streak))
        #expect(streak.error.map { "\($0)".contains("121") } == true)
    }
}
