import TestSupport
import Testing

@Suite("A password is never shown", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct RefusalSecretTests {
    /// Where it breaks, with `PW` in the place of the password.
    static let strings: [String] = [
        "mongodb://bob:PW@127.0.0.1:1/?replicaSet=rs0&serverSelectionTimeoutMS=50",
        "mongodb://bob:PW@127.0.0.1:x/", "mongodb://bob:PW@", "mongodb://bob:PW", "mongo://bob:PW@h/",
        "mongodb://bob:PW@h/?authMechanism=NOPE", "bob:PW@h", "mongodb+srv://bob:PW@h:1/",
    ]

    /// Encoded and not, with all that may end a password too early.
    static let passwords = [
        "s3cretword", "p%40ss%2Fw0rd", "p@ss/w0rd", "a:b@c?d#e", "w0rd%zz", "žluťoučký", "x'\"$w0rd",
    ]

    @Test("from file, environment or option, terse or verbose, as text or JSON", arguments: strings)
    func secrets(string: String) async throws {
        try await Bench.with { bench in
            for (index, password) in Self.passwords.enumerated() {
                let uri = string.replacing("PW", with: password)
                try bench.configure(hot: index % 3 == 0 ? uri.replacing("\"", with: "\\\"") : nil)
                switch index % 3 {
                case 0: try await expectSilence(of: password, ["migrate", "--all", "--verbose"], [:], bench)
                case 1:
                    try await expectSilence(
                        of: password,
                        ["migrate", "--all", "--json"],
                        ["HOT_MONGO_URI": uri],
                        bench
                    )
                default: try await expectSilence(of: password, ["migrate", "--all", "--hot-uri", uri], [:], bench)
                }
            }
        }
    }

    /// The driver would take what is behind the first @ for a host.
    @Test("nor where an @ in it is not encoded")
    func at() async throws {
        try await Bench.with { bench in
            try bench.configure(hot: "mongodb://bob:p@ssw0rd@127.0.0.1:1/?serverSelectionTimeoutMS=50")
            try await expectSilence(of: "ssw0rd", ["migrate", "--all", "--verbose"], [:], bench)
            try await bench.expectRefusal(["check"], 78, saying: ["must be percent-encoded"])
        }
    }

    @Test("where it is mistyped as another option's value or as the command")
    func mistyped() async throws {
        try await Bench.with { bench in
            try bench.configure()
            let uri = "mongodb://bob:s3cretword@h/"
            for arguments in [[uri], ["migrate", uri], ["migrate", "--limit", uri], ["migrate", "--hot-url", uri]] {
                try await expectSilence(of: "s3cretword", arguments, [:], bench)
            }
        }
    }

    private func expectSilence(
        of password: String,
        _ arguments: [String],
        _ environment: [String: String],
        _ bench: Bench
    ) async throws {
        let result = try await bench.run(arguments, environment: environment)
        #expect([64, 69, 77, 78].contains(result.exitCode), "\(result)")
        for text in [result.standardOutput, result.standardError] {
            #expect(!text.contains(password), "\(result)")
            // Nor a piece of it.
            for piece in password.split(whereSeparator: { "@/:?#%'\"$".contains($0) }) where piece.count > 3 {
                #expect(!text.contains(piece), "\(piece) in \(result)")
            }
        }
    }
}
