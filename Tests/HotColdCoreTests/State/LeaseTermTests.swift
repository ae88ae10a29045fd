import Mongo
import Testing

@testable import HotColdCore

@Suite("Until when a lease is held")
struct LeaseTermTests {
    private static let now: Int64 = 1_795_363_200_000

    private static let terms: [(end: Int64?, isOver: Bool, isTooLong: Bool)] = [
        (-1, true, false), (0, true, false), (1, false, false), (60_000, false, false), (60_001, false, true),
        (31_536_000_000, false, true), (nil, true, false),
    ]

    @Test("By the server's clock it is over, in force, or no lease at all", arguments: terms)
    func ends(end: Int64?, isOver: Bool, isTooLong: Bool) {
        let term = LeaseTerm(expiresAt: end.map { Self.now + $0 }, now: Self.now)
        #expect(term.isOver == isOver && term.isTooLong == isTooLong)
    }

    @Test("It says when its holder was heard of", arguments: [(60_000, 0), (50_000, 10), (1, 59), (100_000, -40)])
    func silence(left: Int64, seconds: Int64) {
        let silence = LeaseTerm(expiresAt: Self.now + left, now: Self.now).silence
        #expect(silence.milliseconds / 1000 == seconds)
    }

    @Test("A date at the end of what there is overflows nothing", arguments: [Int64.max, .min])
    func extremes(end: Int64) {
        for now in [Self.now, .max, .min] {
            let term = LeaseTerm(expiresAt: end, now: now)
            #expect(!(term.isOver && term.isTooLong))
            _ = term.silence
        }
    }

    @Test("What is no date is nobody's lease", arguments: [.null, "tomorrow", .int64(.max)] as [BSONValue])
    func noDate(value: BSONValue) {
        #expect(LeaseTerm(["expires_at": value, "now": .date(milliseconds: Self.now)]).isOver)
    }
}
