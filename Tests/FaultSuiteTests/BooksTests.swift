import FaultSuite
import Mongo
import Testing

/// What the books tell, and what is wrong with them.
struct BooksTests {
    private static func migrated(_ ids: [BSONValue], by run: String = "r") -> BSONDocument {
        ["run": .string(run), "direction": "migrate", "ids": .array(ids)]
    }

    private static func run(_ status: BSONValue, migrated: BSONValue, pid: BSONValue = 7) -> BSONDocument {
        ["run_id": "r", "status": status, "migrated": migrated, "pid": pid]
    }

    @Test func `the journal tells where documents are`() {
        let restored: BSONDocument = ["run": "s", "direction": "restore", "ids": [2]]
        let journal = [Self.migrated([1, 2]), restored, Self.migrated([3], by: "s")]
        let books = Books(journal: journal, history: [Self.run("completed", migrated: 2)], replacing: [7])
        #expect(books.netMoves == [1: 1, 2: 0, 3: 1])
        #expect(books.replacements == [1: 1, 2: 1])
        #expect(books.moved == 4)
    }

    @Test(arguments: [
        ("completed", 2, 0), ("completed", 3, 1), ("failed", 1, 0), ("abandoned", 2, 0), ("abandoned", 1, 1),
        ("running", 2, 1),
    ])
    func `the history says what the journal does`(status: String, migrated: Int, violations: Int) {
        let run = Self.run(.string(status), migrated: .int(migrated))
        let books = Books(journal: [Self.migrated([1, 2])], history: [run], replacing: [])
        #expect(books.violations.map(\.promise) == Array(repeating: .books, count: violations))
    }

    @Test func `the history knows every run of the journal`() {
        #expect(Books(journal: [Self.migrated([1])], history: [], replacing: []).violations.count == 1)
    }

    @Test(
        arguments: [
            (0, 2, 0), (1, 2, 0), (0, 1, 1), (1, 3, 1), (69, 1, 0), (75, 2, 0), (69, 3, 1),
        ] as [(Int32, Int, Int)]
    )
    func `a run says what it moved`(exitCode: Int32, moved: Int, violations: Int) {
        let run = Self.run("completed", migrated: 2)
        var books = Books(journal: [Self.migrated([1, 2])], history: [run], replacing: [])
        books.judge(Books.Report(run: "r", exitCode: exitCode, moved: moved))
        #expect(books.violations.count == violations)
    }
}
