import Mongo
import Testing

@testable import HotColdCore

@Suite("A deployment")
struct ServerRuleTests {
    @Test("of which there is nothing to say has no findings")
    func nothing() {
        #expect(ServerRules.findings(.sample()).isEmpty)
        #expect(ServerRules.findings(hot: .sample(.hot), cold: .sample(.cold)).isEmpty)
    }

    @Test(
        "is too old below 4.4.2, whatever stands behind the numbers",
        arguments: [
            ("4.4.1", true), ("4.2.24", true), ("3.6", true), ("4.4.2", false), ("4.4.29-rc1", false),
            ("4.10.0", false), ("10.0.0", false), ("4.4.1-rc0", true),
        ]
    )
    func version(version: String, isTooOld: Bool) {
        let findings = ServerRules.findings(.sample { $0.version = version })
        #expect(findings.gist == (isTooOld ? ["error server_too_old"] : []))
        #expect(findings.allSatisfy { $0.server == .hot && $0.summary.contains(version) })
    }

    /// States of members, votes, whether they are arbiters, and what a majority of all voters is.
    static let sets: [(members: [(state: Int, votes: Int, isArbiter: Bool)], majority: Int, isRefused: Bool)] = [
        ([(1, 1, false), (2, 1, false), (2, 1, false)], 2, false),
        ([(1, 1, false), (2, 1, false), (8, 1, false)], 2, false),
        ([(1, 1, false), (8, 1, false), (7, 1, true)], 2, true),  // A primary by the arbiter's vote.
        ([(1, 1, false), (3, 1, false), (7, 1, true)], 2, true),
        // One without a vote counts for nothing.
        ([(1, 1, false), (8, 1, false), (2, 0, false), (7, 1, true)], 2, true),
        ([(1, 1, false)], 1, false),
    ]

    @Test("that can't acknowledge a write is refused: an arbiter acknowledges nothing", arguments: sets.indices)
    func majority(index: Int) throws {
        let (members, majority, isRefused) = Self.sets[index]
        let status: [BSONValue] = members.enumerated().map { place, member in
            ["name": .string("h\(place)"), "state": .int(member.state), "health": member.state == 8 ? 0.0 : 1.0]
        }
        let config: [BSONValue] = members.enumerated().map { place, member in
            ["host": .string("h\(place)"), "votes": .int(member.votes), "arbiterOnly": .bool(member.isArbiter)]
        }
        let read = try #require(
            WriteMajority(
                status: ["members": .array(status), "writeMajorityCount": .int(majority)],
                configuration: ["config": ["members": .array(config)]]
            )
        )
        let findings = ServerRules.findings(.sample { $0.majority = read })
        #expect(findings.gist == (isRefused ? ["error no_majority"] : []), "\(findings)")
    }

    @Test("that somebody has locked is refused")
    func lock() {
        #expect(ServerRules.findings(.sample { $0.isLocked = true }).gist == ["error server_locked"])
    }

    @Test("without transactions is warned of as a plan warns of it")
    func standalone() {
        let findings = ServerRules.findings(.sample(.both) { $0.isReplicaSet = false })
        #expect(findings.gist == ["warning no_transactions"])
        let plan = SafetyChecks(
            source: .sample("a"),
            target: .sample("b"),
            hasTransactions: false,
            direction: .migrate,
            policy: .sample(.timeBased),
            allowsTTL: false
        )
        #expect(plan.warnings == findings.map(\.summary))
    }

    @Test(
        "whose clock differs by more than a minute is warned of, with the direction",
        arguments: [(60, nil), (-60, nil), (61, "61 seconds ahead of"), (-3700, "3,700 seconds behind")]
    )
    func clock(seconds: Int, text: String?) {
        let findings = ServerRules.findings(.sample { $0.clockDifference = .seconds(seconds) })
        #expect(findings.gist == (text == nil ? [] : ["warning clock_difference"]))
        if let text { #expect(findings.first?.message.contains(text) == true, "\(findings)") }
    }

    @Test("whose clock differs from the other tier's is warned of even where each is within a minute of this machine")
    func clocks() {
        func findings(_ hot: Int, _ cold: Int) -> [Finding] {
            ServerRules.findings(
                hot: .sample(.hot) { $0.clockDifference = .seconds(hot) },
                cold: .sample(.cold) { $0.clockDifference = .seconds(cold) }
            )
        }
        #expect(findings(-40, 40).first?.message == "the cold server's clock is 80 seconds ahead of the hot one's")
        #expect(findings(-40, 40).map(\.server) == [.cold])
        #expect(findings(100, 100).isEmpty)
    }

    @Test(
        "for the archive that works like an older one than hot's is warned of",
        arguments: [("5.0", "6.0", true), ("6.0", "5.0", false), ("4.4", "6.0", true), ("10.0", "6.0", false)]
    )
    func age(cold: String, hot: String, isWarned: Bool) {
        let findings = ServerRules.findings(
            hot: .sample(.hot) { $0.featureVersion = hot },
            cold: .sample(.cold) { $0.featureVersion = cold }
        )
        #expect(findings.gist == (isWarned ? ["warning cold_server_older"] : []))
    }

    @Test("of which the feature compatibility version is not known is judged by its own version")
    func unknownAge() {
        let cold = ServerFacts.sample(.cold) { ($0.featureVersion, $0.version) = (nil, "5.0.31") }
        #expect(ServerRules.findings(hot: .sample(.hot), cold: cold).gist == ["warning cold_server_older"])
    }

    @Test("that asks for a user where nobody is logged in is an error, and its privileges are not gone into")
    func login() {
        let facts = ServerFacts.sample { $0.access = AccessFacts(isControlled: true) }
        #expect(ServerRules.findings(facts).gist == ["error login_refused"])
        #expect(PrivilegeRules.findings(PrivilegeNeeds.hot(.checked()), facts.access).isEmpty)
    }

    @Test("that does not tell everything is noticed, with what it does not tell")
    func unknown() {
        let findings = ServerRules.findings(.sample { $0.unknown = [.disk, .oplog] })
        #expect(findings.gist == ["notice not_checked"])
        #expect(findings.first?.message.contains("dbStats") == true)
    }

    @Test("that refuses the login and one that is away are told apart")
    func unreachable() {
        let away = MigrationError.unavailable(MongoError(.serverSelection, message: "no server"))
        let refused = MigrationError.refused(MongoError(.authentication, message: "no"))
        #expect(
            [ServerRules.unreachable(away), ServerRules.unreachable(refused)].gist == [
                "error server_unreachable", "error login_refused",
            ]
        )
    }

    static let gigabyte: Int64 = 1 << 30

    @Test("whose disk or oplog is smaller than what would move is warned of")
    func space() {
        func findings(_ bytes: Int64, areOne: Bool = false, hot: ServerFacts? = nil) -> [Finding] {
            let cold = ServerFacts.sample(.cold) {
                $0.disk = ServerFacts.Disk(total: 100 * Self.gigabyte, used: 90 * Self.gigabyte)
                $0.oplogBytes = 2 * Self.gigabyte
                $0.host = "a"
            }
            return SpaceRules.findings(moving: bytes, to: cold, from: hot, areOne: areOne)
        }
        #expect(findings(Self.gigabyte).isEmpty)
        #expect(findings(3 * Self.gigabyte).gist == ["notice oplog_window"])
        #expect(findings(11 * Self.gigabyte).gist == ["warning disk_space", "notice oplog_window"])
        let message = "about 11,264 MB would move, and the archive's disk has 10,240 MB left"
        #expect(findings(11 * Self.gigabyte).first?.message == message)
        #expect(findings(11 * Self.gigabyte, areOne: true).first?.message.contains("the hot tier's disk too") == true)
        let neighbour = ServerFacts.sample(.hot) {
            $0.disk = ServerFacts.Disk(total: 100 * Self.gigabyte, used: 0)
            $0.host = "a"
        }
        #expect(findings(11 * Self.gigabyte, hot: neighbour).first?.message.contains("the hot tier's disk too") == true)
    }

    @Test("whose disk is not known is not judged")
    func unknownSpace() {
        #expect(SpaceRules.findings(moving: .max, to: .sample(.cold), from: nil, areOne: true).isEmpty)
    }
}
