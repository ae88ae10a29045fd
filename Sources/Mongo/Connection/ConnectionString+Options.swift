internal import CMongoC

// The driver drops some of what a connection string says with no more than a line in its log: `tsl=true` would send a
// password in clear. It crashes over other things, and looks for credentials on the machine and in its cloud. Such
// strings are refused before it sees them.
extension ConnectionString {
    /// The options that the driver knows, as MongoDB's manual and the driver's spell them (mongoc_uri_t.rst).
    ///
    /// The newer of two names first.
    public static let knownOptions = [
        "appName", "authMechanism", "authMechanismProperties", "authSource", "canonicalizeHostname", "compressors",
        "connectTimeoutMS", "directConnection", "gssapiServiceName", "heartbeatFrequencyMS", "journal", "loadBalanced",
        "localThresholdMS", "maxIdleTimeMS", "maxPoolSize", "maxStalenessSeconds", "minPoolSize", "readConcernLevel",
        "readPreference", "readPreferenceTags", "replicaSet", "retryReads", "retryWrites", "safe",
        "serverSelectionTimeoutMS", "serverSelectionTryOnce", "socketCheckIntervalMS", "socketTimeoutMS",
        "srvMaxHosts", "srvServiceName", "tls", "tlsAllowInvalidCertificates", "tlsAllowInvalidHostnames", "tlsCAFile",
        "tlsCertificateKeyFile", "tlsCertificateKeyFilePassword", "tlsDisableCertificateRevocationCheck",
        "tlsDisableOCSPEndpointCheck", "tlsInsecure", "w", "waitQueueMultiple", "waitQueueTimeoutMS", "wTimeoutMS",
        "zlibCompressionLevel",
        "ssl", "sslAllowInvalidCertificates", "sslAllowInvalidHostnames", "sslCertificateAuthorityFile",
        "sslClientCertificateKeyFile", "sslClientCertificateKeyPassword",
    ]

    /// The first option that the driver does not know; nil where it knows all, or does not understand the string.
    public static func unknownOption(in text: String) -> String? {
        guard !text.utf8.contains(0), let uri = unsafe mongoc_uri_new_with_error(text, nil) else { return nil }
        unsafe mongoc_uri_destroy(uri)
        return options(of: text).flatMap(unknownName)
    }

    /// The name of the first option that the driver does not know; nil where there is none, or it may be a secret's.
    private static func unknownName(among options: [Option]) -> String? {
        // With an @ behind the question mark the name may be a part of a password, and so it may behind a secret option.
        guard !options.contains(where: { $0.text.contains("@") }),
            let unknown = options.firstIndex(where: { !isKnown($0) }),
            !options[..<unknown].contains(where: { secretOptions.contains($0.key) })
        else { return nil }
        return String(options[unknown].name)
    }

    private struct Option {
        let text: Substring

        var name: Substring { text.prefix { $0 != "=" } }
        var value: Substring { text.dropFirst(name.utf8.count + 1) }
        var key: String { name.lowercased() }
    }

    /// The options of a string that the driver understands, as it takes them apart; nil where there are none.
    private static func options(of text: String) -> [Option]? {
        guard let scheme = text.firstRange(of: "://"), let slash = text[scheme.upperBound...].firstIndex(of: "/"),
            let mark = text[slash...].firstIndex(of: "?")
        else { return nil }
        return text[text.index(after: mark)...].split(separator: "&").map(Option.init)
    }

    private static let knownKeys = Set(knownOptions.map { $0.lowercased() })

    private static func isKnown(_ option: Option) -> Bool { knownKeys.contains(option.key) }

    /// What is wrong with a string that the driver understands; nil where nothing is.
    ///
    /// Quotes names of options, and no values.
    static func objection(to text: String, _ uri: OpaquePointer) -> String? {
        // Later drivers than 1.23 need no slash before the options.
        let hosts = text[text.index(after: text.lastIndex(of: "@") ?? text.firstIndex(of: "/") ?? text.startIndex)...]
        if hosts.drop(while: { $0 == "/" }).prefix(while: { $0 != "/" }).contains("?") {
            return "a / has to stand between hosts and options"
        }
        let options = options(of: text) ?? []
        if options.contains(where: { !isKnown($0) }) {
            return unknownName(among: options).map { "unknown option \($0)" }
                ?? "unknown option; special characters of a password must be percent-encoded"
        }
        // Tags are a list: each stands for itself.
        let keys = options.map(\.key).filter { $0 != "readpreferencetags" }
        if let twice = Dictionary(keys.map { ($0, 1) }, uniquingKeysWith: +).filter({ $1 > 1 }).keys.min() {
            return "option \(spelled(twice)) is given more than once"
        }
        let mayBeEmpty = ["appname", "readpreferencetags"]
        if let empty = options.first(where: { $0.value.isEmpty && !mayBeEmpty.contains($0.key) }) {
            return "option \(spelled(empty.key)) has no value"
        }
        if let negative = options.first(where: { $0.value.hasPrefix("-") && $0.key.hasSuffix("ms") }) {
            return "option \(spelled(negative.key)) is negative"
        }
        if unsafe mongoc_uri_get_option_as_bool(uri, MONGOC_URI_LOADBALANCED, false) {
            return "option loadBalanced is for balancers before mongos, which hotcold does not work with"
        }
        return unsafe objectionToCompressors(options, uri) ?? objectionToMechanism(uri)
    }

    private static func spelled(_ key: String) -> String { knownOptions.first { $0.lowercased() == key } ?? key }

    private static func objectionToCompressors(_ options: [Option], _ uri: OpaquePointer) -> String? {
        guard let value = options.first(where: { $0.key == "compressors" })?.value else { return nil }
        let asked = value.replacing("%2C", with: ",").replacing("%2c", with: ",").split(separator: ",")
        let known = unsafe mongoc_uri_get_compressors(uri)
        guard let missing = asked.first(where: { unsafe !bson_has_field(known, String($0)) }) else { return nil }
        let isName = missing.allSatisfy { $0.isLetter && $0.isASCII }
        return "option compressors names \(isName ? String(missing) : "one") that is not built into the driver"
    }

    /// What is wrong with the mechanism of authentication; nil where nothing is.
    ///
    /// A driver without a certificate to show ends in a segmentation fault (1.23.1). One without credentials of AWS asks
    /// the environment, files, and the cloud's own servers for some.
    private static func objectionToMechanism(_ uri: OpaquePointer) -> String? {
        guard let name = unsafe mongoc_uri_get_auth_mechanism(uri) else { return nil }
        let mechanism = unsafe String(cString: name).uppercased()
        switch mechanism {
        case "MONGODB-X509" where unsafe !hasCertificate(uri):
            return "authMechanism MONGODB-X509 needs tls=true and tlsCertificateKeyFile"
        case "MONGODB-AWS" where unsafe mongoc_uri_get_username(uri) == nil || mongoc_uri_get_password(uri) == nil:
            return "authMechanism MONGODB-AWS needs a user and a password: hotcold looks nowhere else for credentials"
        case _ where !mechanisms.contains(mechanism):
            return "unknown authMechanism; known are \(mechanisms.joined(separator: ", "))"
        default: return nil
        }
    }

    /// Those of the driver that a server of a supported version may have.
    private static let mechanisms = [
        "SCRAM-SHA-256", "SCRAM-SHA-1", "MONGODB-X509", "PLAIN", "GSSAPI", "MONGODB-AWS",
    ]

    private static func hasCertificate(_ uri: OpaquePointer) -> Bool {
        unsafe mongoc_uri_get_tls(uri) && mongoc_uri_has_option(uri, MONGOC_URI_TLSCERTIFICATEKEYFILE)
    }
}
