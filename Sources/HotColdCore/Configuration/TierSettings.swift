internal import Mongo

/// Server and database of one tier, each from option, environment or file.
struct TierSettings {
    /// The tier's names in the three places.
    struct Names {
        let key: String
        let option: String
        let uriVariable: String
        let databaseVariable: String

        static let hot = Names(
            key: "hot",
            option: "--hot-uri",
            uriVariable: "HOT_MONGO_URI",
            databaseVariable: "HOT_MONGO_DB"
        )
        static let cold = Names(
            key: "cold",
            option: "--cold-uri",
            uriVariable: "COLD_MONGO_URI",
            databaseVariable: "COLD_MONGO_DB"
        )
    }

    let uri: Setting<ConnectionString>?
    let database: Setting<String>?

    /// Reads a tier; all that is given is checked, also what something stronger hides.
    init(_ names: Names, option: String?, in root: ConfigurationSection, _ reader: inout ConfigurationReader) {
        let section = reader.section(names.key, in: root, keys: ConfigurationKeys.tier)
        let fromOption = option.flatMap { Self.connectionString($0, .option(names.option), &reader) }
        let fromEnvironment = reader.environmentValue(names.uriVariable).flatMap {
            Self.connectionString($0, .environment(names.uriVariable), &reader)
        }
        let fromFile = Self.connectionString(in: section, &reader)
        uri = fromOption ?? fromEnvironment ?? fromFile
        let databaseFromEnvironment = reader.setting(environment: names.databaseVariable, .databaseName)
        let databaseFromFile = reader.setting("database", in: section, .databaseName)
        database = databaseFromEnvironment ?? databaseFromFile
    }

    private static func connectionString(
        in section: ConfigurationSection?,
        _ reader: inout ConfigurationReader
    ) -> Setting<ConnectionString>? {
        guard let section, let member = section.member("uri") else { return nil }
        let origin = SettingOrigin.file(keyPath: section.path(to: "uri"), range: member.value.range)
        guard let text = member.value.string else {
            reader.report("expected a connection string, found \(member.value.summary)", origin)
            return nil
        }
        return connectionString(text, origin, &reader)
    }

    private static func connectionString(
        _ text: String,
        _ origin: SettingOrigin,
        _ reader: inout ConfigurationReader
    ) -> Setting<ConnectionString>? {
        // Files of secrets end with a line feed.
        let text = text.trimmingWhitespace()
        let hint = "a connection string looks like mongodb://user@host1:27017,host2:27017/?replicaSet=rs0"
        guard text.hasPrefix("mongodb://") || text.hasPrefix("mongodb+srv://") else {
            // Not shown: nobody knows what stands there.
            let problem = text.isEmpty ? "is empty" : "doesn't start with mongodb:// or mongodb+srv://"
            reader.report("the connection string \(problem)", origin, hint: hint)
            return nil
        }
        // What the driver says of the whole string may quote its password: `complaint(about:)` asks again.
        if let uri = try? ConnectionString(text) { return Setting(value: uri, origin: origin) }
        if let option = ConnectionString.unknownOption(in: text) {
            let meant = nearestMatch(to: option, among: ConnectionString.knownOptions)
            reader.report(
                "unknown option \(option) in the connection string",
                origin,
                hint: meant.map { "did you mean \($0)?" } ?? "the driver would ignore it; leave it out"
            )
            return nil
        }
        reader.report("the connection string is malformed: \(complaint(about: text))", origin, hint: hint)
        return nil
    }

    /// What is wrong with a connection string, told without any part of it but options.
    ///
    /// Redaction needs a string in which the password can be found, and in a malformed one it can't always be: with a
    /// `/` for the `:` it is a part of the user's name. So the driver is asked about what follows the last `@`.
    private static func complaint(about text: String) -> String {
        var rest = text[...]
        if let at = text.lastIndex(of: "@"), let scheme = text.firstIndex(of: "/") {
            rest = text[..<scheme] + "//" + text[text.index(after: at)...]
        }
        let candidate = String(rest)
        do {
            _ = try ConnectionString(candidate)
            return "special characters in user name and password must be percent-encoded, and a : stands between them"
        } catch {
            let prefix = "invalid connection string \(ConnectionString.redact(candidate)): "
            guard let message = (error as? MongoError)?.message, message.hasPrefix(prefix) else {
                return "the driver doesn't understand it"
            }
            return String(message.dropFirst(prefix.count))
        }
    }
}

extension String {
    /// The text without white space at both ends.
    fileprivate func trimmingWhitespace() -> String {
        let start = drop(while: \.isWhitespace)
        return start.lastIndex { !$0.isWhitespace }.map { String(start[...$0]) } ?? ""
    }
}
