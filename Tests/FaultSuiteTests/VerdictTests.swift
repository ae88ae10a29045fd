import FaultSuite
import Mongo
import Testing

/// What the judge sees, and what it lets pass.
struct VerdictTests {
    private static func version(_ number: Int64) -> BSONDocument { ["_id": 1, "v": .int64(number)] }

    /// The verdict on document 1.
    private static func promises(
        hot: BSONDocument? = nil,
        cold: BSONDocument? = nil,
        moves: Int? = nil,
        isReplaced: Bool = false,
        isHeld: Bool = false,
        guarantee: Verdict.Guarantee = .transactional,
        _ write: (inout Ledger) -> Void
    ) -> [Violation.Promise] {
        var ledger = Ledger()
        ledger.begin(with: [1: version(0)])
        write(&ledger)
        var tiers = Verdict.Tiers()
        tiers.hot[1] = hot
        tiers.cold[1] = cold
        let books = moves.map { count in
            Books(
                journal: (0..<count).map { _ in ["run": "r", "direction": "migrate", "ids": [1]] },
                history: [["run_id": "r", "pid": 7, "status": "completed"]],
                replacing: isReplaced ? [7] : []
            )
        }
        let verdict = Verdict(ledger, tiers, books: books, held: isHeld ? [1] : [], guarantee: guarantee)
        return verdict.violations.map(\.promise)
    }

    @Test func `a document is where it may be, as it was written last`() {
        let write = { (ledger: inout Ledger) in ledger.wrote(Self.version(1), to: 1, created: false) }
        #expect(Self.promises(hot: Self.version(1), moves: 0, write) == [])
        #expect(Self.promises(cold: Self.version(1), moves: 1, write) == [])
    }

    @Test func `nothing where something is written is a loss`() {
        #expect(Self.promises { _ in } == [.loss])
        #expect(Self.promises { $0.wrote(Self.version(1), to: 1, created: false) } == [.loss])
        #expect(Self.promises { $0.foundNothing(at: 1) } == [.loss])
    }

    @Test func `what is deleted must not be back, in either tier`() {
        let delete = { (ledger: inout Ledger) in ledger.wrote(nil, to: 1, created: false) }
        #expect(Self.promises(delete) == [])
        #expect(Self.promises(hot: Self.version(0), delete) == [.resurrection])
        #expect(Self.promises(cold: Self.version(0), delete) == [.resurrection])
    }

    @Test func `without transactions a former version may stay in the archive, and nothing may be lost`() {
        let delete = { (ledger: inout Ledger) in ledger.wrote(nil, to: 1, created: false) }
        #expect(Self.promises(cold: Self.version(0), guarantee: .guarded, delete) == [])
        #expect(Self.promises(cold: Self.version(7), guarantee: .guarded, delete) == [.resurrection])
        let change = { (ledger: inout Ledger) in ledger.wrote(Self.version(1), to: 1, created: false) }
        #expect(Self.promises(hot: Self.version(1), cold: Self.version(0), guarantee: .guarded, change) == [])
        #expect(Self.promises(cold: Self.version(0), guarantee: .guarded, change) == [.regression])
        #expect(Self.promises(hot: Self.version(1), cold: Self.version(1), guarantee: .guarded, change) == [.duplicate])
        #expect(Self.promises(guarantee: .guarded, change) == [.loss])
        let move = Self.promises(cold: Self.version(1), moves: 2, isReplaced: true, guarantee: .guarded, change)
        #expect(move == [])
    }

    @Test func `an older version and foreign bytes are told apart`() {
        let write = { (ledger: inout Ledger) in ledger.wrote(Self.version(1), to: 1, created: false) }
        #expect(Self.promises(cold: Self.version(0), write) == [.regression])
        #expect(Self.promises(cold: ["_id": 1, "v": 1], write) == [.corruption])
    }

    @Test func `the same in both tiers is a duplicate, and so is an older version`() {
        #expect(Self.promises(hot: Self.version(0), cold: Self.version(0)) { _ in } == [.duplicate])
        let write = { (ledger: inout Ledger) in ledger.wrote(Self.version(1), to: 1, created: false) }
        #expect(Self.promises(hot: Self.version(1), cold: Self.version(0), write) == [.duplicate])
    }

    @Test func `stored anew while the archive has it, both may stay`() {
        let rebirth = { (ledger: inout Ledger) in ledger.wrote(Self.version(1), to: 1, created: true) }
        #expect(Self.promises(hot: Self.version(1), cold: Self.version(0), rebirth) == [])
        #expect(Self.promises(cold: Self.version(0), rebirth) == [.regression])
        // After a delete the archive has nothing that could stay.
        let afterDelete = { (ledger: inout Ledger) in
            ledger.wrote(nil, to: 1, created: false)
            ledger.wrote(Self.version(1), to: 1, created: true)
        }
        #expect(Self.promises(hot: Self.version(1), cold: Self.version(0), afterDelete) == [.duplicate])
    }

    @Test func `a write that nobody answered may have taken effect or not`() {
        let update = { (ledger: inout Ledger) in ledger.missedAnswer(to: Self.version(1), at: 1, mayCreate: false) }
        #expect(Self.promises(hot: Self.version(0), update) == [])
        #expect(Self.promises(cold: Self.version(1), update) == [])
        #expect(Self.promises(update) == [.loss])
        let delete = { (ledger: inout Ledger) in ledger.missedAnswer(to: nil, at: 1, mayCreate: false) }
        #expect(Self.promises(delete) == [])
        #expect(Self.promises(cold: Self.version(0), delete) == [])
    }

    @Test func `a deleted document that is found present was put back by somebody`() {
        var ledger = Ledger()
        ledger.begin(with: [1: Self.version(0)])
        let isThereAgain = ledger.foundPresent(at: 1)
        ledger.wrote(nil, to: 1, created: false)
        let isBack = ledger.foundPresent(at: 1)
        #expect(isThereAgain && !isBack)
    }

    @Test func `the journal has to say what the archive has`() {
        #expect(Self.promises(cold: Self.version(0), moves: 0) { _ in } == [.record])
        #expect(Self.promises(hot: Self.version(0), moves: 1) { _ in } == [.record])
    }

    @Test func `a version that took the place of an older one in the archive is one more migration`() {
        let rebirth = { (ledger: inout Ledger) in ledger.wrote(Self.version(1), to: 1, created: true) }
        #expect(Self.promises(cold: Self.version(1), moves: 2, isReplaced: true, rebirth) == [])
        #expect(Self.promises(hot: Self.version(1), moves: 1, isReplaced: true, rebirth) == [])
        #expect(Self.promises(cold: Self.version(1), moves: 3, isReplaced: true, rebirth) == [.record])
        #expect(Self.promises(cold: Self.version(1), moves: 0, isReplaced: true, rebirth) == [.record])
        // Nobody was told to replace it: the older version is lost.
        #expect(Self.promises(hot: Self.version(1), moves: 1, rebirth) == [.record])
    }

    @Test func `a document that is held in hot must not be in the archive`() {
        #expect(Self.promises(hot: Self.version(0), isHeld: true) { _ in } == [])
        #expect(Self.promises(isHeld: true) { $0.wrote(nil, to: 1, created: false) } == [])
        #expect(Self.promises(cold: Self.version(0), isHeld: true) { _ in } == [.hold])
    }

    @Test func `what nobody has written must not be there`() {
        var tiers = Verdict.Tiers()
        tiers.cold[2] = Self.version(2)
        #expect(Verdict(Ledger(), tiers).violations.map(\.promise) == [.stranger])
    }
}
