import Mongo

@testable import HotColdCLI
@testable import HotColdCore

extension TierComparison {
    /// A comparison of the entry `users`.
    static func sample(_ change: (inout TierComparison) -> Void = { _ in }) -> TierComparison {
        var comparison = TierComparison(.users())
        comparison.hot.isKnown = true
        comparison.hot.exists = true
        comparison.hot.documents = 50_000
        comparison.cold.isKnown = true
        comparison.cold.exists = true
        comparison.cold.documents = 201_986
        comparison.compared = 50_000
        change(&comparison)
        return comparison
    }

    static let clean = sample()

    static let expected = sample {
        $0.counts = [.copy: 1986, .staleCopy: 3, .inProgress: 50]
        $0.holder = LeaseHolder.sample
    }

    static let duplicates = sample {
        $0.counts = [.identical: 30, .different: 1, .copy: 12]
        $0.problems.add(
            VerificationProblem(
                id: "d",
                kind: .different,
                reason: "shop.users has 120 bytes, shop.users_archive has 131 bytes"
            )
        )
        for id in 0..<30 {
            let reason = "the same 120 bytes are in both tiers"
            $0.problems.add(VerificationProblem(id: .int(id), kind: .identical, reason: reason))
        }
    }

    static let leftovers = sample {
        $0.counts = [.leftover: 1]
        $0.deadRuns = [DeadRun(run: "20261122T160000Z-9f3a01c7", seats: 3, documents: 1000)]
        let reason = "run 20261122T160000Z-9f3a01c7 is gone and has left it in both tiers"
        $0.problems.add(VerificationProblem(id: "u", kind: .leftover, reason: reason))
    }

    static let fixed = sample {
        $0.counts = [.identical: 1200]
        $0.deadRuns = leftovers.deadRuns
        var fix = VerificationFix()
        fix.hasRecovered = true
        fix.recovered = 1000
        fix.removedFromHot = 1198
        fix.removedFromCold = 2
        fix.runs = ["20261122T160000Z-00000001", "20261122T160000Z-00000002", "20261122T160001Z-00000003"]
        $0.fix = fix
    }

    static let unsettled = sample {
        $0.deadRuns = leftovers.deadRuns
        var fix = VerificationFix()
        fix.hasRecovered = true
        fix.remaining = [DeadRun(run: "20261122T160000Z-9f3a01c7", seats: 1, documents: 40)]
        fix.runs = ["20261122T160000Z-00000001"]
        $0.fix = fix
    }

    static let missing = sample {
        $0.cold = TierComparison.Tier()
        $0.cold.isKnown = true
        $0.compared = 0
    }

    static let refused = TierComparison.sample {
        $0.compared = 0
        $0.error = .unsuitable(reason: "shop.users is a view; it has no documents", hint: nil)
    }
}

extension RunProof {
    static let runName = "20261122T160000Z-9f3a01c7"

    /// A proof of what a run moved of the entry `users`.
    static func sample(_ direction: Direction = .migrate, _ change: (inout Part) -> Void) -> RunProof {
        let (source, target) = direction == .migrate ? ("users", "users_archive") : ("users_archive", "users")
        var part = Part(
            collection: "users",
            direction: direction,
            source: "shop.\(source)",
            target: "shop.\(target)"
        )
        part.startedAt = reportNow
        part.outcome = "completed"
        part.moved = 100_000
        part.recorded = 100_000
        part.intact = 100_000
        change(&part)
        return RunProof(run: runName, parts: [part])
    }

    static let proven = sample { _ in }

    static let damaged = sample {
        $0.intact = 99_997
        ($0.changed, $0.deleted, $0.movedBack, $0.damagedRecords) = (1, 1, 1, 1)
        let (target, source) = ($0.target, $0.source)
        $0.problems.add(
            VerificationProblem(
                id: 17,
                kind: .changed,
                reason: "\(target) has it with other bytes than those that were moved"
            )
        )
        $0.problems.add(
            VerificationProblem(id: "a\u{1B}[2J", kind: .deleted, reason: "it is neither in \(target) nor in \(source)")
        )
        $0.problems.add(
            VerificationProblem(
                id: "record",
                kind: .damagedRecord,
                reason: "this record in hotcold.batches was changed: its digests are not those it was sealed with"
            )
        )
        $0.returns.add(
            VerificationProblem(id: 18, kind: .movedBack, reason: "run 20261123T160000Z-00000001 has moved it since")
        )
    }

    static let partlyExpired = sample {
        $0.recorded = 40_000
        $0.intact = 40_000
    }

    static let expired = sample { ($0.recorded, $0.intact) = (0, 0) }

    static let restored = sample(.restore) { ($0.intact, $0.changed) = (99_000, 1000) }

    static let restoredAndExpired = sample(.restore) {
        ($0.recorded, $0.intact, $0.changed) = (60_000, 59_000, 1000)
    }

    static let copies = sample { ($0.intact, $0.released) = (60_000, 40_000) }
}

extension LeaseHolder {
    static let sample: LeaseHolder? = LeaseHolder([
        "owner": "o", "host": "db1.example", "pid": 4711, "run": .string(RunProof.runName),
        "acquired_at": .date(milliseconds: reportNow),
    ])
}
