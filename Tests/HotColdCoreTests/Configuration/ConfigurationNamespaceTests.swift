import Mongo
import Testing

@testable import HotColdCore

/// Tiers and entries that meet, and those that only look like it.
@Suite struct ConfigurationNamespaceTests {
    private static let sameTier = #""uri": "mongodb://h1", "database": "app""#

    private func entries(_ cold: String, _ entries: String...) -> ConfigurationText {
        var text = ConfigurationText()
        text.cold = cold
        let written = entries.map { $0.replacing("@", with: #""policy": "time_based", "date_field": "d""#) }
        text.users = written[0]
        text.more = written.dropFirst().map { ", " + $0 }.joined()
        return text
    }

    @Test(arguments: [
        (
            #"@, "cold_collection": "users""#, #""x": {@}"#, 89, "collections.users",
            "hot and cold are the same collection, app.users, on the same server"
        ),
        (
            "@", #""x": {@, "cold_collection": "users"}"#, 139, "collections.x",
            "the cold collection app.users is the hot one of collections.users"
        ),
        (
            "@", #""users_archive": {@}"#, 17, "collections.users",
            "the cold collection app.users_archive is the hot one of collections.users_archive"
        ),
        (
            "@", #""x": {@, "hot_collection": "users"}"#, 138, "collections.x",
            "the hot collection app.users is that of collections.users too"
        ),
        (
            "@", #""x": {@, "cold_collection": "users_archive"}"#, 139, "collections.x",
            "the cold collection app.users_archive is that of collections.users too"
        ),
        (
            "@", #""x": {@, "hot_collection": "users", "cold_collection": "y", "enabled": false}"#, 138,
            "collections.x", "the hot collection app.users is that of collections.users too"
        ),
    ])
    func `entries that meet on one server are refused`(
        users: String,
        other: String,
        column: Int,
        keyPath: String,
        message: String
    ) throws {
        let problems = try #require(entries(Self.sameTier, users, other).refusal()?.problems)
        let problem = try #require(problems.first { $0.message == message }, "\(problems)")
        #expect(problem.keyPath?.hasPrefix(keyPath) == true)
        #expect(problem.position == SourcePosition(line: 5, column: column))
    }

    @Test func `two servers may have the same names`() throws {
        let other = #""uri": "mongodb://h2", "database": "app""#
        let text = entries(other, #"@, "cold_collection": "users""#, #""x": {@, "cold_collection": "x"}"#)
        #expect(try text.parsed().collections.map { $0.hot == $0.cold } == [true, true])
    }

    @Test func `two databases of a server may have the same collections`() throws {
        let other = #""uri": "mongodb://h1", "database": "archive""#
        #expect(
            try entries(other, #"@, "cold_collection": "users""#).parsed().collections[0].cold.description
                == "archive.users"
        )
    }

    @Test func `shared collections are refused on two servers too`() {
        let text = entries(ConfigurationText().cold, "@", #""x": {@, "hot_collection": "users"}"#)
        #expect(
            text.refusal()?.problems.map(\.message) == [
                "the cold collection archive.users_archive is that of collections.users too",
                "the hot collection app.users is that of collections.users too",
            ]
        )
    }

    @Test func `what environment and options make of the tiers counts`() {
        let text = entries(ConfigurationText().cold, #"@, "cold_collection": "users""#)
        let environment = ["COLD_MONGO_URI": "mongodb://h1", "COLD_MONGO_DB": "app"]
        #expect(text.refusal() == nil)
        #expect(text.refusal(environment)?.problems.count == 1)
        let overrides = ConfigurationOverrides(coldURI: "mongodb://h1")
        #expect(configurationError(in: text.text, ["COLD_MONGO_DB": "app"], overrides)?.problems.count == 1)
    }

    @Test(arguments: [
        (
            #""state_database": "app","#,
            "line 1, column 40: state_database: hotcold's own database \"app\" can't be the hot one too."
        ),
        (
            #""state_database": "archive","#,
            "line 1, column 40: state_database: hotcold's own database \"archive\" can't be the cold one too."
        ),
        (
            #""state_database": "APP","#,
            "hotcold's own database \"APP\" can't be the hot one too. Give another name as state_database."
        ),
    ])
    func `the state database is refused as a tier`(top: String, message: String) {
        var text = ConfigurationText()
        text.top = top
        #expect(text.refusal()?.description.contains(message) == true)
    }

    @Test func `a tier in the default state database is pointed out`() {
        var text = ConfigurationText()
        text.cold = #""uri": "mongodb://h2", "database": "hotcold""#
        #expect(text.refusal()?.problems.map(\.keyPath) == ["state_database"])
    }

    @Test func `databases of a server that differ by case only are refused`() {
        let text = entries(#""uri": "mongodb://h1", "database": "App""#, "@")
        let message = "the databases \"app\" and \"App\" differ by case only, which MongoDB refuses"
        #expect(text.refusal()?.problems.map(\.message) == [message])
    }

    @Test func `names that are too long together are refused`() {
        let name = String(repeating: "n", count: 243)
        let text = entries(Self.sameTier, "@", "\"\(name)\": {@}")  // app.n…n has 247, app.n…n_archive 255 bytes.
        #expect(text.refusal() == nil)
        let longer = entries(Self.sameTier, "@", "\"\(name)n\": {@}")
        let message = "database and collection name have 256 bytes together, MongoDB takes 255"
        #expect(longer.refusal()?.problems.map(\.message) == [message])
    }
}
