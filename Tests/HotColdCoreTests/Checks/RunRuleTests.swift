import Mongo
import Testing

@testable import HotColdCore

@Suite("What runs have left")
struct RunRuleTests {
    static let holder: LeaseHolder? = LeaseHolder([
        "owner": "me", "host": "alpha", "pid": 42, "run": "R1", "acquired_at": .date(milliseconds: 0),
    ])

    static func findings(_ change: (inout RunFacts) -> Void) -> [Finding] {
        var facts = RunFacts()
        change(&facts)
        return RunRules.findings(facts, of: .checked())
    }

    @Test("is nothing, usually")
    func nothing() {
        #expect(Self.findings { _ in }.isEmpty)
    }

    @Test("is a lease, of a run at work or of a dead one", arguments: [true, false])
    func lease(isStale: Bool) throws {
        let holder = try #require(Self.holder)
        let name = Namespace(database: "db", collection: "logs")
        let findings = Self.findings { $0.holdings = [.init(namespace: name, holder: holder, isStale: isStale)] }
        #expect(findings.gist == [isStale ? "notice stale_lease" : "notice run_in_progress"])
        for part in ["R1", "42", "alpha", "1970-01-01T00:00:00Z"] {
            #expect(findings.first?.message.contains(part) == true, "\(findings)")
        }
    }

    @Test("are both leases of one run, said once")
    func bothLeases() throws {
        let holder = try #require(Self.holder)
        for isStale in [true, false] {
            let findings = Self.findings { facts in
                facts.holdings = ["logs", "logs_archive"].map {
                    .init(namespace: Namespace(database: "db", collection: $0), holder: holder, isStale: isStale)
                }
            }
            #expect(findings.gist == [isStale ? "notice stale_lease" : "notice run_in_progress"])
            #expect(!isStale || findings.first?.message.hasSuffix("the leases of db.logs and db.logs_archive") == true)
        }
    }

    @Test("are seats, with who left them, and the command that settles them")
    func unsettled() {
        let findings = Self.findings { facts in
            facts.unsettled = [.init(run: "R1", seats: 3, origin: "started at T on host alpha")]
        }
        #expect(findings.gist == ["warning unsettled_run"])
        #expect(findings.first?.message == "run R1, started at T on host alpha, died and left 3 seats")
        #expect(findings.first?.command == "hotcold verify --collection logs --fix")
    }

    @Test(
        "are settled by a command that names the collection as one word of the shell",
        arguments: [
            ("logs", "logs"), ("w.files", "w.files"), ("my logs", "'my logs'"), ("a'b", #"'a'\''b'"#), ("$x", "'$x'"),
        ]
    )
    func shellWord(name: String, word: String) {
        #expect(name.shellWord == word)
    }

    @Test("for another cluster is an error with the reason that a run would be refused with")
    func elsewhere() {
        let error = MigrationError.unsuitable(reason: "why", hint: "how")
        let findings = Self.findings { $0.elsewhere = [error] }
        #expect(findings.gist == ["error unsettled_elsewhere"])
        #expect(findings.first?.message == "why" && findings.first?.remedy == "how")
    }

    @Test("are holds, counted, with the end of the last")
    func holds() {
        let findings = Self.findings { ($0.held, $0.heldUntil) = (1234, 86_400_000) }
        #expect(findings.gist == ["notice held_documents"])
        #expect(
            findings.first?.message
                == "1,234 documents of db.logs are held after a restore, the last until 1970-01-02T00:00:00Z"
        )
    }
}
