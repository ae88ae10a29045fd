import Foundation
import Mongo
import TestSupport
import Testing

@Suite("A deployment is refused", .enabled(if: TestServer.isConfigured), .timeLimit(.minutes(30)))
struct RefusalServerTests {
    static let all = ["migrate", "--all"]

    @Test("with 69 and without a long wait where there is no server, and says what to check")
    func unreachable() async throws {
        try await Bench.with { bench in
            try bench.configure(hot: "mongodb://127.0.0.1:1/?replicaSet=rs0")
            // 5.1 s on an idle machine; the driver's own default would be 30 s. Here a hundred tests compete for cores.
            let line =
                #"s=$(date +%s%N); "$0" migrate --all --json; c=$?; "#
                + "echo $((($(date +%s%N)-s)/1000000)) >ms; exit $c"
            let result = try await runProgram("/bin/sh", ["-c", line, HotcoldProcess.binary.path], in: bench.directory)
            #expect(try milliseconds(in: bench) < 10_000)
            #expect(result.exitCode == 69, "\(result)")
            let error = try Answer(text: result.standardOutput).document["error"] as? [String: Any]
            #expect((error?["message"] as? String)?.contains("127.0.0.1:1") == true, "\(result)")
            #expect((error?["hint"] as? String)?.contains("check that the server runs") == true, "\(result)")
            #expect(result.standardError.hasPrefix("hotcold: "), "\(result)")
        }
    }

    @Test(
        "with the tier, the user and the hosts of the one that is away",
        arguments: [
            (hot: nil, cold: "mongodb://app:pw@127.0.0.1:1,127.0.0.1:2/?replicaSet=rs9&serverSelectionTimeoutMS=300"),
            (hot: "mongodb://app:pw@127.0.0.1:1,127.0.0.1:2/?replicaSet=rs9&serverSelectionTimeoutMS=300", cold: nil),
        ] as [(hot: String?, cold: String?)]
    )
    func names(hot: String?, cold: String?) async throws {
        try await Bench.with { bench in
            try bench.configure(hot: hot, cold: cold ?? TestServer.uri)
            let place =
                "\(hot == nil ? "cold" : "hot") (user app at 127.0.0.1:1, 127.0.0.1:2): No suitable servers found"
            for command in [["migrate", "--all", "--retry-for", "0s"], ["stats"], ["verify"], ["analyze"]] {
                let result = try await bench.run(command)
                #expect(result.exitCode == 69 && result.standardError.contains(place), "\(command): \(result)")
                #expect(!result.standardError.contains("pw"), "\(result)")
            }
        }
    }

    @Test("with 78 and the right name where its connection string names another replica set")
    func replicaSet() async throws {
        try await Bench.with { bench in
            let uri = try TestServer.uri
            let name = try #require(try ConnectionString(uri).replicaSet)
            let wrong = uri.replacing("replicaSet=\(name)", with: "replicaSet=other")
            try bench.configure(hot: wrong, cold: uri)
            for command in [["migrate", "--all"], ["stats", "--history"]] {
                let said = "the replica set there is called \(name), not other"
                try await bench.expectRefusal(command, 78, saying: ["hot (", said])
            }
            let check = try await bench.check()
            #expect(check.result.exitCode == 1 && "\(check)".contains("is called \(name), not other"), "\(check)")
        }
    }

    @Test("with 78 where the key of its certificate can't be read with the password")
    func keyPassword() async throws {
        try await Bench.with { bench in
            let parts = ["CERTIFICATE", "ENCRYPTED PRIVATE KEY"]
            let pem = parts.map { "-----BEGIN \($0)-----\nMIIB\n-----END \($0)-----\n" }.joined()
            try Data(pem.utf8).write(to: bench.directory.appending(path: "key.pem"))
            let options = "tls=true&tlsCertificateKeyFile=key.pem&tlsCertificateKeyFilePassword=sesame"
            let uri = try TestServer.uri
            try bench.configure(hot: uri + "&\(options)", cold: uri)
            try await bench.expectRefusal(
                ["migrate", "--all"],
                78,
                saying: ["is tlsCertificateKeyFilePassword right?"]
            )
        }
    }

    @Test(
        "with 78 where its connection string names a file that can't be used",
        arguments: [
            ("tlsCAFile=/no/such", "tlsCAFile /no/such: No such file or directory"),
            ("tlsCAFile=policies.json", "tlsCAFile policies.json: it has no certificate in PEM"),
            ("tlsCertificateKeyFile=/tmp", "tlsCertificateKeyFile /tmp: Is a directory"),
        ]
    )
    func files(option: String, reason: String) async throws {
        try await Bench.with { bench in
            try bench.configure(hot: "mongodb://127.0.0.1:1/?\(option)")
            try await bench.expectRefusal(["migrate", "--all"], 78, saying: ["both tiers: \(reason)"])
        }
    }

    private func milliseconds(in bench: Bench) throws -> Int {
        let text = try String(contentsOf: bench.directory.appending(path: "ms"), encoding: .utf8)
        return try #require(Int(text.dropLast()))
    }

    @Test("but not where two connection strings lead to one cluster")
    func sameCluster() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure(cold: try Self.otherSpelling())
            let result = try await bench.run(Self.all)
            #expect(result.exitCode == 0 && result.standardError.isEmpty, "\(result)")
            #expect(try await bench.database.count("users_archive") == 3)
            #expect(try await bench.database.count("users") == 0)
        }
    }

    @Test(
        "where two connection strings lead to one collection, which would be moved into itself and so be deleted",
        arguments: [Self.all, Self.all + ["--dry-run"], ["restore", "--collection", "users", "--query", "{}"]]
    )
    func sameCollection(arguments: [String]) async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try bench.configure(
                #""users": {\#(Bench.policy), "cold_collection": "users"}"#,
                cold: try Self.otherSpelling()
            )
            try await bench.expectRefusal(arguments, 78, saying: ["hot and cold are the same", "one cluster"])
            #expect(try await bench.database.count("users") == 3)
        }
    }

    @Test("where two connection strings make one entry's archive the hot collection of another")
    func crossing() async throws {
        try await Bench.with { bench in
            try await bench.fill("users")
            try await bench.fill("orders")
            try bench.configure(
                #""users": {\#(Bench.policy), "cold_collection": "orders"}, "orders": {\#(Bench.policy)}"#,
                cold: try Self.otherSpelling()
            )
            try await bench.expectRefusal(
                ["migrate", "--collection", "users"],
                78,
                saying: ["is the hot one of collections.orders"]
            )
        }
    }

    /// The same server under another name.
    static func otherSpelling() throws -> String {
        let uri = try TestServer.uri
        let other = uri.replacing("127.0.0.1", with: "localhost")
        try #require(other != uri)
        return other
    }
}
