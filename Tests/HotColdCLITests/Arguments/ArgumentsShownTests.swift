import Testing

@testable import HotColdCLI

@Suite("An argument in a message")
struct ArgumentsShownTests {
    @Test(
        "is harmless, short, and without secrets",
        arguments: [
            ("plain", "plain"),
            ("Grüße", "Grüße"),
            ("", "''"),
            ("two words", "'two words'"),
            ("a\nb\tc", #"a\nb\tc"#),
            ("\u{1B}[31mred", #"\u{1B}[31mred"#),
            ("\r\n", #"\u{D}\n"#),
            ("a\u{202E}b", #"a\u{202E}b"#),
            ("a\u{A0}b", #"a\u{A0}b"#),
            ("mongodb://ops:hunter2@db1", "mongodb://…"),
            ("mongodb://db1/?tlsCertificateKeyFilePassword=hunter2", "mongodb://…"),
            ("mongodb:/ops:hunter2@db1", "mongodb:…"),
            ("mongodb//ops:hunter2@db1", "mongodb//ops:…"),
            ("ops@example.com", "ops@example.com"),
            (#"{"a":1}"#, #"{"a":1}"#),
            ("--hot-url=mongodb+srv://ops:hunter2@db1 x", "--hot-url=mongodb+srv://…"),
            (String(repeating: "a", count: 60), String(repeating: "a", count: 60)),
            (String(repeating: "a", count: 61), String(repeating: "a", count: 60) + "…"),
        ]
    )
    func shown(text: String, expected: String) {
        #expect(text.shown == expected)
    }

    @Test("with endless accents on one character is cut, too")
    func accents() {
        #expect(("a" + String(repeating: "\u{301}", count: 10_000)).shown.utf8.count < 200)
    }
}
