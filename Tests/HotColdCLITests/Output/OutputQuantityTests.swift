import Testing

@testable import HotColdCLI
@testable import HotColdCore

@Suite("Quantities")
struct OutputQuantityTests {
    @Test(
        "group thousands",
        arguments: [
            (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (12_345, "12,345"), (999_999, "999,999"),
            (1_000_000, "1,000,000"), (-1, "-1"), (-1000, "-1,000"), (.max, "9,223,372,036,854,775,807"),
            (.min, "-9,223,372,036,854,775,808"),
        ]
    )
    func count(number: Int, text: String) { #expect(Quantity.count(number) == text) }

    @Test("say one document, and one day")
    func plural() {
        #expect([0, 1, 2].map(Quantity.documents) == ["0 documents", "1 document", "2 documents"])
        #expect([0, 1, 90].map(Quantity.days) == ["0 days", "1 day", "90 days"])
    }

    @Test(
        "of bytes are in units of 1024 with one decimal",
        arguments: [
            (0, "0 B"), (1023, "1,023 B"), (1024, "1.0 kB"), (1536, "1.5 kB"), (1_048_575, "1.0 MB"),
            (1 << 20, "1.0 MB"), (5_138_022, "4.9 MB"), (1 << 30, "1.0 GB"), (1 << 40, "1.0 TB"),
            (1 << 52, "4,096.0 TB"), (.max, "8,388,608.0 TB"),
        ] as [(Int64, String)]
    )
    func bytes(number: Int64, text: String) { #expect(Quantity.bytes(number) == text) }

    @Test(
        "of time are as long as they need to be",
        arguments: [
            (0, "0.0 s"), (1, "1 ms"), (40, "40 ms"), (99, "99 ms"), (100, "0.1 s"), (9949, "9.9 s"), (9999, "10 s"),
            (10_000, "10 s"),
            (59_400, "59 s"),
            (59_600, "1 m 00 s"), (185_000, "3 m 05 s"), (3_599_000, "59 m 59 s"), (3_600_000, "1 h 00 m"),
            (7_800_000, "2 h 10 m"), (360_000_000, "100 h 00 m"),
        ]
    )
    func duration(milliseconds: Int, text: String) {
        #expect(Quantity.duration(.milliseconds(milliseconds)) == text)
    }
}

@Suite("The progress line")
struct OutputProgressTests {
    static func text(
        _ moved: Int,
        of eligible: Int,
        in elapsed: Duration,
        bytes: Int64 = 1 << 20,
        conflicts: Int = 0,
        rest: Strain? = nil
    ) -> String {
        let counts = MoveCounts.with {
            $0.migrated = moved
            $0.conflicts = conflicts
        }
        return ProgressLine.text(
            Progress(
                collection: "users",
                eligible: eligible,
                counts: counts,
                bytes: bytes,
                elapsed: elapsed,
                rest: rest
            )
        )
    }

    @Test("says why it does not go on, in the place of when it ends")
    func rests() {
        let start = "users: 5 of 10 documents (50 %), 1.0 MB, 5/s, "
        func text(_ reason: ThrottleReason, _ share: Double) -> String {
            Self.text(
                5,
                of: 10,
                in: .seconds(1),
                rest: Strain(reason, workShare: share, "db2 is 14 s behind (limit 10 s)")
            )
        }
        #expect(text(.replicationLag, 0) == start + "paused: db2 is 14 s behind (limit 10 s)")
        #expect(text(.replicationLag, 0.4) == start + "slowed down: db2 is 14 s behind (limit 10 s)")
        #expect(text(.nice, 0.1) == start + "1.0 s left")
    }

    @Test("says what is moved, how fast, and when it ends")
    func middle() {
        #expect(
            Self.text(2000, of: 10_000, in: .seconds(2))
                == "users: 2,000 of 10,000 documents (20 %), 1.0 MB, 1,000/s, 8.0 s left"
        )
    }

    @Test("says what was left behind while there is time to stop it")
    func leftBehind() {
        let counts = MoveCounts.with {
            $0.migrated = 1
            $0.conflicts = 2
            $0.failed = 1500
        }
        let progress = Progress(collection: "users", eligible: 2000, counts: counts, bytes: 0, elapsed: .seconds(1))
        #expect(
            ProgressLine.text(progress)
                == "users: 1 of 2,000 documents (0 %), 2 conflicts, 1,500 failed, 0 B, 1/s, 8 m 17 s left"
        )
    }

    @Test("promises no end before it knows a rate, and none when all is done")
    func ends() {
        #expect(Self.text(0, of: 10, in: .zero, bytes: 0) == "users: 0 of 10 documents (0 %), 0 B, 0/s")
        #expect(Self.text(10, of: 10, in: .seconds(1)) == "users: 10 of 10 documents (100 %), 1.0 MB, 10/s")
    }

    @Test("stays sensible when more moves than was counted, or nothing was")
    func surplus() {
        #expect(Self.text(12, of: 10, in: .seconds(1)) == "users: 12 of 10 documents (100 %), 1.0 MB, 12/s")
        #expect(Self.text(1, of: 0, in: .seconds(1)) == "users: 1 of 0 documents, 1.0 MB, 1/s")
    }

    @Test("does not count as left what was left behind")
    func conflicts() {
        #expect(Self.text(5, of: 10, in: .seconds(1), conflicts: 5).contains("left") == false)
    }
}
