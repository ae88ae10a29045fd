import Mongo
import Testing

@testable import HotColdCore

@Suite("A collection's options and its name")
struct OptionRuleTests {
    @Test("with encrypted fields are refused on either side")
    func encrypted() {
        let facts = CollectionFacts.sample("x", options: ["encryptedFields": ["fields": []]])
        #expect(SafetyChecks.of(facts).findings.gist == ["error encrypted_fields"])
        #expect(SafetyChecks.of(to: facts).refusals.count == 1)
    }

    @Test("with pre-images are noticed of what is deleted, not of an archive, nor where they are off")
    func preImages() {
        func images(_ enabled: BSONValue) -> CollectionFacts {
            .sample("x", options: ["changeStreamPreAndPostImages": ["enabled": enabled]])
        }
        #expect(SafetyChecks.of(images(true)).findings.gist == ["notice pre_images"])
        #expect(SafetyChecks.of(to: images(true)).findings.isEmpty)
        #expect(SafetyChecks.of(images(false)).findings.isEmpty)
    }

    @Test("of a GridFS bucket are warned of", arguments: ["fs.files", "photos.chunks"])
    func gridFS(name: String) {
        #expect(SafetyChecks.of(.sample(name)).findings.gist == ["warning gridfs"])
        #expect(SafetyChecks.of(.sample("files")).findings.isEmpty)
    }

    @Test("are judged as far as one side is known")
    func oneSide() {
        let view = CollectionFacts.sample("v", .view)
        func checks(_ source: CollectionFacts?, _ target: CollectionFacts?) -> [String] {
            SafetyChecks(
                source: source,
                target: target,
                direction: .migrate,
                policy: .sample(.timeBased),
                allowsTTL: false
            ).findings.gist
        }
        #expect(checks(view, nil) == ["error view"])
        #expect(checks(nil, view) == ["error view"])
        #expect(checks(nil, nil).isEmpty)
    }

    @Test("of an entry that copies, does not verify, or is disabled are said")
    func entry() {
        var entry = CollectionConfiguration.checked(deletes: false)
        #expect(EntryRules.findings(.checked()).isEmpty)
        #expect(EntryRules.findings(entry).gist == ["notice originals_kept"])
        entry = .checked()
        entry.verifiesMigration = false
        entry.isEnabled = false
        #expect(EntryRules.findings(entry).gist == ["notice entry_disabled", "warning copies_not_verified"])
    }

    @Test("of an archive that is missing are said with what it will be made with")
    func created() {
        let czech = CollectionFacts.sample("logs", options: ["collation": ["locale": "cs"]])
        let finding = EntryRules.created(.checked(), like: czech)
        #expect(
            finding.summary
                == "db.logs_archive does not exist yet; migrate creates it, compressed with zstd and with the collation cs of the hot collection"
        )
        #expect(finding.severity == .notice)
    }

    @Test("of entries that meet in one cluster are errors, each in its entry")
    func meeting() throws {
        let uri = try ConnectionString("mongodb://a/")
        var (one, other) = (CollectionConfiguration.checked(), CollectionConfiguration.checked())
        one.cold = one.hot
        other.name = "other"
        other.hot = Namespace(database: "db", collection: "other")
        other.cold = one.hot
        let tier = Configuration.Tier(uri: uri, database: "db")
        let configuration = Configuration(hot: tier, cold: tier, collections: [one, other])
        let findings = configuration.namespacesThatMeet()
        #expect(findings.gist == ["error same_namespace", "error same_namespace"])
        #expect(findings.map(\.collection) == ["logs", "other"])
        #expect(findings.last?.message == "the cold collection db.logs is the hot one of collections.logs")
        #expect(Configuration(hot: tier, cold: tier, collections: [.checked()]).namespacesThatMeet().isEmpty)
    }
}
