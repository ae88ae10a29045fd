package import Mongo

/// What hotcold has written down, held against itself and against what its runs said: the journal is the truth, since a
/// record of it stands exactly where its batch was moved.
///
/// Pure, as the verdict is.
package struct Books: Sendable {
    /// What a run said at its end.
    package struct Report: Sendable {
        let run: String
        let exitCode: Int32
        let moved: Int

        package init(run: String, exitCode: Int32, moved: Int) {
            (self.run, self.exitCode, self.moved) = (run, exitCode, moved)
        }
    }

    /// By `_id`, how many more migrations than restores of it the journal has.
    package private(set) var netMoves: [Int: Int] = [:]
    /// By `_id`, how many migrations there were that may have taken the place of an older version.
    package private(set) var replacements: [Int: Int] = [:]
    /// How many documents were moved.
    package private(set) var moved = 0
    package private(set) var violations: [Violation] = []

    private var movedByRun: [String: Int] = [:]

    /// Reads the books.
    ///
    /// - Parameters:
    ///   - journal: its records.
    ///   - history: the runs.
    ///   - replacing: the processes that were told to replace what the archive has.
    package init(journal: [BSONDocument], history: [BSONDocument], replacing: Set<Int>) {
        let replacers = Set(history.filter { replacing.contains(Int($0["pid"]?.integer ?? 0)) }.compactMap(Self.run))
        for record in journal {
            let run = record["run"]?.string ?? ""
            let isMigration = record["direction"]?.string == "migrate"
            for id in (record["ids"]?.array ?? []).map({ Int($0.integer ?? -1) }) {
                netMoves[id, default: 0] += isMigration ? 1 : -1
                if isMigration, replacers.contains(run) { replacements[id, default: 0] += 1 }
                movedByRun[run, default: 0] += 1
                moved += 1
            }
        }
        judge(history)
    }

    private static func run(_ record: BSONDocument) -> String? { record["run_id"]?.string }

    private mutating func judge(_ history: [BSONDocument]) {
        for record in history {
            let run = Self.run(record) ?? "?"
            let status = record["status"]?.string ?? "?"
            let told = Int((record["migrated"] ?? record["restored"])?.integer ?? 0)
            let isRight = status == "abandoned" ? told == movedByRun[run] ?? 0 : told <= movedByRun[run] ?? 0
            if !isRight { complain("the history has \(told) for the run \(run), \(status)", run) }
            if status == "running" { complain("the run \(run) is over, and running in the history", run) }
        }
        for run in Set(movedByRun.keys).subtracting(history.compactMap(Self.run)) {
            complain("the history does not know the run \(run)", run)
        }
    }

    /// Judges what a run said: one that came to its end has counted what it moved, another may not have heard of all.
    package mutating func judge(_ report: Report) {
        let moved = movedByRun[report.run] ?? 0
        let isRight = [0, 1].contains(report.exitCode) ? report.moved == moved : report.moved <= moved
        let said = "the run \(report.run) said \(report.moved), exit status \(report.exitCode)"
        if !isRight { complain(said, report.run) }
    }

    private mutating func complain(_ what: String, _ run: String) {
        violations.append(Violation(.books, "\(what); the journal has \(movedByRun[run] ?? 0)"))
    }
}
