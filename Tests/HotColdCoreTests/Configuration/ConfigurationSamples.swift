import Testing

@testable import HotColdCore

/// A configuration's text that is right, with places to put something else.
struct ConfigurationText {
    var top = ""
    var hot = #""uri": "mongodb://h1", "database": "app""#
    var cold = #""uri": "mongodb://h2", "database": "archive""#
    var defaults = ""
    var users = #""policy": "time_based", "date_field": "at""#
    var more = ""

    /// The parts, for tables.
    enum Place: Sendable {
        case top, hot, defaults, users, more
    }

    mutating func append(_ piece: String, to place: Place) {
        switch place {
        case .top: top += piece
        case .hot: hot += piece
        case .defaults: defaults += piece
        case .users: users += piece
        case .more: more += piece
        }
    }

    /// Five lines: the top, hot, cold, defaults, and the entries.
    var text: String {
        """
        {"schema_version": 1,\(top)
        "hot": {\(hot)},
        "cold": {\(cold)},
        "defaults": {\(defaults)},
        "collections": {"users": {\(users)}\(more)}}
        """
    }

    func parsed(
        _ environment: [String: String] = [:],
        _ overrides: ConfigurationOverrides = ConfigurationOverrides()
    ) throws -> Configuration {
        try Configuration.parse(text: text, fileName: "p.json", environment: environment, overrides: overrides)
    }

    /// The first entry as read.
    func entry(_ environment: [String: String] = [:]) throws -> CollectionConfiguration {
        try parsed(environment).collections[0]
    }

    /// What is wrong with it; nil where nothing is.
    func refusal(_ environment: [String: String] = [:]) -> ConfigurationError? {
        configurationError(in: text, environment)
    }
}

/// What is wrong with a text; nil where nothing is.
func configurationError(
    in text: String,
    _ environment: [String: String] = [:],
    _ overrides: ConfigurationOverrides = ConfigurationOverrides()
) -> ConfigurationError? {
    do throws(ConfigurationError) {
        _ = try Configuration.parse(text: text, fileName: "p.json", environment: environment, overrides: overrides)
        return nil
    } catch let error { return error }
}

/// Expects that a text is refused with a message that has these words.
func expectRefusal(of text: String, _ message: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let description = configurationError(in: text)?.description ?? "read"
    #expect(description.contains(message), "\(description)", sourceLocation: sourceLocation)
}
