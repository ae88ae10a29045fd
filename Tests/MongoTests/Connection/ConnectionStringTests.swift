import Testing

@testable import Mongo

@Suite struct ConnectionStringTests {
    static let good = [
        "mongodb://localhost", "mongodb://localhost:27017/?replicaSet=rs0", "mongodb://a:1,b:2,c/db?w=majority",
        "mongodb://user:p%40ss@host/?authSource=admin", "mongodb://[::1]:27017", "mongodb://%2Ftmp%2Fmongodb.sock",
    ]

    static let directs: [(text: String, direct: String)] = [
        ("mongodb://a", "mongodb://a/?directConnection=true&serverSelectionTimeoutMS=1000"),
        (
            "mongodb://u:p%40@a:1,b:2/db?replicaSet=x&tls=true",
            "mongodb://u:***@a:1/db?tls=true&directConnection=true&serverSelectionTimeoutMS=1000"
        ),
        ("mongodb://a,b/?REPLICASET=x", "mongodb://a/?directConnection=true&serverSelectionTimeoutMS=1000"),
    ]

    @Test(arguments: directs)
    func `leads to the first host alone where that is wanted`(text: String, direct: String) throws {
        #expect(try ConnectionString(text).direct?.description == direct)
    }

    @Test(arguments: ["127.0.0.1", "127.1.2.3", "::1", "localhost", "LOCALHOST", "/tmp/mongodb-27017.sock"])
    func `knows the loopback`(host: String) { #expect(ConnectionString.isLoopback(host)) }

    @Test(arguments: ["0.0.0.0", "10.127.0.1", "::", "localhost.example.com", "db1"])
    func `knows other machines`(host: String) { #expect(!ConnectionString.isLoopback(host)) }

    @Test(arguments: good) func `takes what the driver takes`(text: String) throws {
        _ = try ConnectionString(text)
    }

    static let bad = [
        "", "localhost", "http://localhost", "mongodb://", "mongodb://host:port", "mongodb://host:99999",
        "mongodb://host/?tls=perhaps&w=majority&tls", "mongodb://a\0b", "mongodb://u:p%zz@host",
        "mongodb://host/?tlsInsecure=true&tlsAllowInvalidHostnames=true",
    ]

    @Test(arguments: bad) func `refuses what makes no sense, and says so`(text: String) {
        let error = #expect(throws: MongoError.self) { try ConnectionString(text) }
        #expect(error?.kind == .invalidURI)
        #expect(error?.message.hasPrefix("invalid connection string") == true)
        #expect(error?.advice?.contains("mongodb://") == true)
    }

    @Test func `an error gives the driver's reason, or says that it is the password`() {
        let error = #expect(throws: MongoError.self) { try ConnectionString("mongodb://u:secret@host/?tls") }
        #expect(
            error?.message
                == #"invalid connection string mongodb://u:***@host/?tls: URI option "tls" contains no "=" sign"#
        )
        let other = #expect(throws: MongoError.self) { try ConnectionString("mongodb://u:100%secret@host") }
        #expect(other?.message.contains("percent-encoded") == true, "\(other?.message ?? "")")
    }

    static let dropped: [(String, String)] = [
        ("mongodb://host/?tsl=true", "unknown option tsl"),
        ("mongodb://a,b/db?w=1&replicaset=r&Tsl=1", "unknown option Tsl"),
        ("mongodb://u:p@host/?t%6Cs=true", "unknown option t%6Cs"),
        ("mongodb://host/?slaveOk=true", "unknown option slaveOk"),
        ("mongodb+srv://host.example.com/?timeoutMS=5", "unknown option timeoutMS"),
        ("mongodb://u:1/w?pass=x@host/", hidden),
        ("mongodb://h/?tlsCertificateKeyFilePassword=pa&ss=w", hidden),
        ("mongodb://h/?authMechanismProperties=a:b&def=x", hidden),
        ("mongodb://host/?tls=true&TLS=false", "option tls is given more than once"),
        ("mongodb://host/?tls=", "option tls has no value"),
        (
            "mongodb://host/?compressors=zlib,brotli",
            "option compressors names brotli that is not built into the driver"
        ),
        ("mongodb://host/?serverSelectionTimeoutMS=-5", "option serverSelectionTimeoutMS is negative"),
        (
            "mongodb://host/?loadBalanced=true",
            "option loadBalanced is for balancers before mongos, which hotcold does not work with"
        ),
        ("mongodb://host/?authMechanism=MONGODB-X509", x509),
        ("mongodb://cn%3Dme@host/?authMechanism=MONGODB-X509&tls=true", x509),
        ("mongodb://host/?authMechanism=MONGODB-AWS", aws), ("mongodb://key@host/?authMechanism=MONGODB-AWS", aws),
        ("mongodb://u:p@host/?authMechanism=MONGODB-CR", mechanism),
        ("mongodb://u:p@host/?authMechanism=FOO", mechanism),
    ]

    private static let hidden = "unknown option; special characters of a password must be percent-encoded"
    private static let x509 = "authMechanism MONGODB-X509 needs tls=true and tlsCertificateKeyFile"
    private static let aws =
        "authMechanism MONGODB-AWS needs a user and a password: hotcold looks nowhere else for credentials"
    private static let mechanism =
        "unknown authMechanism; known are SCRAM-SHA-256, SCRAM-SHA-1, MONGODB-X509, PLAIN, GSSAPI, MONGODB-AWS"

    @Test(arguments: dropped) func `refuses what the driver would drop or crash over`(text: String, reason: String) {
        let error = #expect(throws: MongoError.self) { try ConnectionString(text) }
        #expect(error?.kind == .invalidURI)
        #expect(error?.message == "invalid connection string \(ConnectionString.redact(text)): \(reason)")
    }

    @Test(
        arguments: [
            "mongodb://host/?readPreference=secondary&readPreferenceTags=dc:ny&readPreferenceTags=", "mongodb://host/?",
            "mongodb://host/?compressors=snappy%2Czlib%2czstd", "mongodb://u:p@host/?authMechanism=scram-sha-256",
            "mongodb://host/?compressors=snappy,zstd&zlibCompressionLevel=-1&appName=", "mongodb://host/?TLS=true",
            "mongodb://host/?authMechanism=MONGODB-X509&tlsCertificateKeyFile=/etc/a@b.pem",
            "mongodb://u:p@host/?authMechanism=MONGODB-AWS&authMechanismProperties=AWS_SESSION_TOKEN:a",
            "mongodb://u:p@host/?authMechanism=SCRAM-SHA-256",
            "mongodb+srv://host.example.com/?srvMaxHosts=2&w=majority",
        ]
    )
    func `takes options that the driver heeds`(text: String) throws { _ = try ConnectionString(text) }

    @Test(arguments: ConnectionString.knownOptions) func `takes what it says it knows, in any case`(option: String) {
        let values = [
            "authMechanism": "SCRAM-SHA-1", "authMechanismProperties": "SERVICE_NAME:a", "compressors": "zlib",
            "loadBalanced": "false", "readPreference": "primary", "maxStalenessSeconds": "90&readPreference=nearest",
            "readPreferenceTags": "&readPreference=nearest", "zlibCompressionLevel": "3",
        ]
        let isNumber = ["MS", "Size", "Hosts", "Multiple", "w"].contains(where: option.hasSuffix)
        let isText = ["File", "Password", "Name", "Set", "Source", "readConcernLevel"].contains(where: option.hasSuffix)
        let value = values[option] ?? (isNumber ? "600" : isText ? "a" : "true")
        let scheme = option.hasPrefix("srv") ? "mongodb+srv://u:p@host.example.com" : "mongodb://u:p@host"
        #expect(throws: Never.self) { try ConnectionString("\(scheme)/?\(option.uppercased())=\(value)") }
    }

    @Test func `knows the one option that is unknown`() {
        #expect(ConnectionString.unknownOption(in: "mongodb://host/?w=1&tsl=1") == "tsl")
        #expect(ConnectionString.unknownOption(in: "mongodb://host/?tls=1") == nil)
        #expect(ConnectionString.unknownOption(in: "mongodb://host:x/?tsl=1") == nil)
    }

    static let redacted: [(String, String)] = [
        ("mongodb://host/db", "mongodb://host/db"),
        ("mongodb://user@host/db", "mongodb://user@host/db"),
        ("mongodb://user:pw@host/db", "mongodb://user:***@host/db"),
        ("mongodb+srv://user:pw@host", "mongodb+srv://user:***@host"),
        ("mongodb://user:p:w@host", "mongodb://user:***@host"),
        ("mongodb://user:p%40w@a:1,b:2/?w=1", "mongodb://user:***@a:1,b:2/?w=1"),
        ("mongodb://user:p@w/x?y@host/?w=1", "mongodb://user:***@host/?w=1"),
        ("user:pw@host", "user:***@host"),
        ("user:p://w@host", "user:***@host"),
        ("mongodb://u:pw@h/?authMechanismProperties=t", "mongodb://u:***@h/?authMechanismProperties=***"),
        ("mongodb://h:1/?authMechanismProperties=a@b", "mongodb://h:***"),
        (
            "mongodb://h/?tlsCertificateKeyFilePassword=pw&w=1&authMechanismProperties=AWS_SESSION_TOKEN:t",
            "mongodb://h/?tlsCertificateKeyFilePassword=***"
        ),
        ("mongodb://h/?w=1;TLSCERTIFICATEKEYFILEPASSWORD=pw;w=1", "mongodb://h/?w=1;TLSCERTIFICATEKEYFILEPASSWORD=***"),
        ("mongodb://h/?sslClientCertificateKeyPassword=pw", "mongodb://h/?sslClientCertificateKeyPassword=***"),
    ]

    @Test(arguments: redacted) func `shows everything but secrets`(text: String, shown: String) {
        #expect(ConnectionString.redact(text) == shown)
    }

    @Test func `describes and prints itself redacted`() throws {
        let string = try ConnectionString("mongodb://user:hunter2@host/?tlsCertificateKeyFilePassword=sesame")
        for text in ["\(string)", String(describing: string), String(reflecting: string), dumped(string)] {
            #expect(!text.contains("hunter2") && !text.contains("sesame"), "\(text)")
        }
    }

    private func dumped(_ value: some Any) -> String {
        var text = ""
        dump(value, to: &text)
        return text
    }

    /// Passwords that operators forget to encode, with a piece that is long enough to be told from anything else.
    static let passwords = [
        "hunter2", "hun/ter2", "hun@ter2", "hun:ter2", "hun?ter2", "hun#ter2", "hun&ter2", "hun%ter2", "hun%zzter2",
        "hun ter2", "hun=ter2", "hun,ter2", "hun[ter2", "hun]ter2", "hun$ter2", "/ter2", "?ter2=1", "ter2&x=hun",
        "hun;ter2", "hun%00ter2", "hun@ter2?hun=ter2&", "hün@ter2", "%%ter2", "hun\nter2", "hun\"ter2", "hun://ter2",
    ]

    static let shapes = [
        "mongodb://user:PW@host/db", "mongodb://user:PW@host", "mongodb://:PW@host/", "mongodb://user:PW@",
        "mongodb://user:PW@host:bad/", "mongodb://user:PW@a:1,b:2/?replicaSet=rs0&tls=perhaps", "user:PW@host",
        "mongo://user:PW@host/", "mongodb://user:PW@host/?authMechanism=NONE",
        "mongodb://host:1/?tlsCertificateKeyFilePassword=PW", "mongodb://u@h:1/?sslClientCertificateKeyPassword=PW&w=1",
        "mongodb://user:x@host:1/?authMechanism=MONGODB-AWS&authMechanismProperties=AWS_SESSION_TOKEN:PW",
        "mongodb://host:1/?authMechanismProperties=PW&authMechanism=NONE",
        "mongodb://host:1/?w=x&w=&authMechanismProperties=PW",
    ]

    @Test(arguments: shapes, passwords) func `no part of a password is ever shown`(shape: String, password: String)
        throws
    {
        let text = shape.split(separator: "PW", omittingEmptySubsequences: false).joined(separator: password)
        var shown = [ConnectionString.redact(text)]
        do {
            let string = try ConnectionString(text)
            shown += ["\(string)", String(reflecting: string)]
        } catch let error as MongoError {
            shown += ["\(error)", String(reflecting: error), error.advice ?? ""]
        }
        for text in shown where ["hun", "ter2", "hün"].contains(where: text.contains) {
            Issue.record("\(text)")
        }
    }
}
