import Mongo
import Testing

@testable import HotColdCore

/// The sample policies look at `d` and at `a`.
@Suite("A sample of a policy's fields")
struct FieldRuleTests {
    typealias Content = FieldSample.Content

    static let missing = Content.other(type: "missing")

    static func findings(_ policy: Policy, _ contents: [Content: Int]..., names: [String] = []) -> [Finding] {
        var sample = FieldSample.sample(policy, contents.first ?? [:])
        sample.fields = zip(policy.decidingFields, contents).map { FieldSample.Field(field: $0, counts: $1) }
        sample.names = names
        return FieldRules(namespace: Namespace(database: "db", collection: "x"), policy: policy, sample: sample)
            .findings
    }

    @Test("of dates has nothing to say")
    func dates() {
        #expect(Self.findings(.sample(.timeBased), [.date: 5]).isEmpty)
        #expect(Self.findings(.sample(.hybrid), [.date: 5], [.date: 5]).isEmpty)
    }

    @Test("of an empty collection says that it is empty")
    func empty() {
        #expect(Self.findings(.sample(.timeBased), [:]).gist == ["notice empty_collection"])
    }

    @Test("in which no document has a field warns, and suggests the nearest name")
    func notFound() {
        let policy = Policy(kind: .timeBased, dateField: FieldPath("last_acessed"))
        let findings = Self.findings(policy, [Self.missing: 1000], names: ["_id", "last_accessed", "name"])
        #expect(findings.gist == ["warning field_not_found"])
        #expect(findings.first?.message == "none of 1,000 randomly sampled documents has last_acessed")
        #expect(findings.first?.remedy?.hasPrefix("did you mean last_accessed? ") == true)
        let unlike = Self.findings(policy, [Self.missing: 3], names: ["x"])
        #expect(unlike.first?.remedy == "check the field's name in the configuration")
        #expect(unlike.first?.message == "none of 3 documents has last_acessed")
    }

    @Test("in which some documents lack a field notices it, null counting as nothing")
    func someMissing() {
        let findings = Self.findings(
            .sample(.hybrid),
            [.date: 5],
            [.date: 2, Self.missing: 2, .other(type: "null"): 1]
        )
        #expect(findings.gist == ["notice field_missing"])
        #expect(findings.first?.message == "3 of 5 documents have no a")
        #expect(findings.first?.remedy?.contains("use_date") == true)
    }

    @Test("with use_date takes it as it is meant: an access may be missing, and so may a date beside accesses")
    func useDate() {
        let hybrid = Policy.sample(.hybrid, missing: .useDate)
        #expect(Self.findings(hybrid, [.date: 5], [.date: 2, Self.missing: 3]).isEmpty)
        #expect(Self.findings(hybrid, [.date: 5], [Self.missing: 5]).isEmpty)
        #expect(Self.findings(hybrid, [.date: 1, Self.missing: 4], [.date: 5]).gist == ["notice field_missing"])
        let access = Policy.sample(.accessBased, missing: .useDate)
        #expect(Self.findings(access, [.date: 5], [Self.missing: 5]).isEmpty)
    }

    @Test(
        "with other types warns, and names the date_type that would fit all of them",
        arguments: [
            (Policy.DateType.date, "string", "set date_type to iso8601, if"),
            (.date, "int", "set date_type to epoch_seconds or epoch_millis, if"),
            (.date, "objectId", "set date_type to object_id, if"), (.iso8601, "date", "set date_type to date, if"),
            (.date, "decimal", "look at some"), (.epochSeconds, "double", "set date_type to epoch_millis, if"),
        ]
    )
    func types(configured: Policy.DateType, type: String, remedy: String) {
        let findings = Self.findings(.sample(.timeBased, configured), [.other(type: type): 7])
        #expect(findings.gist == ["warning wrong_type"])
        #expect(findings.first?.remedy?.hasPrefix(remedy) == true, "\(findings)")
        #expect((findings.first?.command == nil) == (findings.first?.remedy?.hasPrefix("set") == true))
    }

    @Test("with other types among dates shows some, since only applications know what they read")
    func mixed() {
        let findings = Self.findings(
            .sample(.timeBased),
            [.date: 90, .other(type: "string"): 9, .other(type: "bool"): 1]
        )
        #expect(findings.first?.message == "10 of 100 documents have d as string, bool, and not as a date")
        #expect(findings.first?.remedy?.hasPrefix("look at some") == true)
        #expect(
            findings.first?.command
                == #"db.getSiblingDB("db").getCollection("x").find({"d": {$type: ["string", "bool"]}}, {"d": 1}).limit(10)"#
        )
    }

    @Test("with the field inside arrays warns")
    func arrays() {
        let findings = Self.findings(.sample(.timeBased), [.date: 1, .insideArray: 1])
        #expect(findings.gist == ["warning field_in_array"])
        #expect(findings.first?.message == "1 of 2 documents has d inside an array")
    }

    @Test(
        "is of at most 1,000 documents, and of fewer where they are large",
        arguments: [(nil, 1000), (0, 1000), (100, 1000), (1 << 20, 64), (16 << 20, 4), (Int.max, 1)]
    )
    func size(average: Int?, documents: Int) {
        #expect(FieldSample.size(average: average) == documents)
        let sample = FieldSample(size: documents, documents: documents)
        #expect(!sample.isWhole && FieldSample(size: documents, documents: documents - 1).isWhole)
    }

    @Test("is projected to the whole collection by its share")
    func bytes() {
        let sample = FieldSample(documents: 1000, eligible: 500, eligibleBytes: 50_000)
        #expect(sample.bytesToMove(ofDocuments: 1_000_000) == 50_000_000)
        // What the server counts may be less than what it shows.
        #expect(sample.bytesToMove(ofDocuments: 0) == 50_000)
        #expect(FieldSample().bytesToMove(ofDocuments: 5) == 0)
    }
}
