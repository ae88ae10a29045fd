import Testing

@testable import HotColdCLI

@Suite("A text in a schedule")
struct ScheduleQuotingTests {
    static let cronWords: [(text: String, word: String)] = [
        ("/usr/bin/hotcold", "/usr/bin/hotcold"), ("", "''"), ("a b", "'a b'"), ("$HOME", "'$HOME'"), ("é", "'é'"),
        ("50%", #"'50\%'"#), ("%%", #"'\%\%'"#), ("it's", #"'it'"'"'s'"#), (#"a\b"#, #"'a\''b'"#),
        (#"\%"#, #"'\''\%'"#), (#"\\"#, #"'\''\'''"#), (#"\'"#, #"'\'''"'"''"#),
        // One character to Swift, two to cron.
        ("'\u{301}%\u{301}", "''\"'\"'\u{301}\\%\u{301}'"),
    ]

    @Test(
        "is one word of cron's shell, in which no backslash stands before another or hides a percent sign",
        arguments: cronWords
    )
    func cron(text: String, word: String) { #expect(text.cronQuoted == word) }

    static let systemdWords: [(text: String, word: String)] = [
        ("/usr/bin/hotcold", "/usr/bin/hotcold"), ("a b", #""a b""#), ("$x", "$x"), ("50%n", "50%%n"),
        (#"a"b\c'"#, #""a\"b\\c'""#), ("a;b", #""a;b""#), ("a é", #""a é""#), ("%\u{301}", "%%\u{301}"),
    ]

    @Test("is one word of a unit", arguments: systemdWords)
    func systemd(text: String, word: String) { #expect(text.systemdWord == word) }

    @Test("is a path of a unit, or a pattern that only that path fits")
    func systemdPath() {
        #expect(#"/a b/50%$'"\*"#.systemdPath == #"/a b/50%%$'"\*"#)
        #expect(#"/a b/50%[x]?\*"#.systemdPattern == #"/a b/50%%\[x]\?\\\*"#)
    }
}
