import Testing

@testable import HotColdCore

@Suite("A mail")
struct MailMessageTests {
    private func text(to: String = "ops@example.com", subject: String = "s", body: String = "b\n") -> String {
        MailMessage(from: "me@host", to: to, subject: subject, body: body, date: StorageReport.now).text
    }

    @Test("is headers, an empty line, and the body")
    func form() {
        #expect(
            text(subject: "hot data", body: "one\ntwo\n") == """
                From: me@host
                To: ops@example.com
                Subject: hot data
                Date: Sun, 22 Nov 2026 16:00:00 +0000
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 8bit
                Auto-Submitted: auto-generated

                one
                two

                """
        )
    }

    @Test(
        "has no header that somebody else wrote",
        arguments: ["\n", "\r\n", "\r", "\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}", "\0"]
    )
    func injection(lineEnd: String) {
        let evil = "x\(lineEnd)Bcc: evil@example.com\(lineEnd)\(lineEnd)body"
        for text in [text(to: evil), text(subject: evil)] {
            let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
            #expect(lines.firstIndex(of: "") == 8, "\(text)")
            #expect(!lines.contains { $0.hasPrefix("Bcc") })
        }
    }

    @Test("has an ASCII subject, and any text but control characters in its body")
    func characters() {
        #expect(text(subject: "größer 😀").contains("\nSubject: gr??er ?\n"))
        #expect(text(body: "größer\u{1B}[31m\r\n.\n").hasSuffix("\n\ngrößer [31m\n.\n"))
    }

    @Test(
        "is dated in any year",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (-1, "Wed, 31 Dec 1969 23:59:59 +0000"),
            (951_782_400_123, "Tue, 29 Feb 2000 00:00:00 +0000"),
        ] as [(Int64, String)]
    )
    func dates(milliseconds: Int64, text: String) {
        #expect(MailMessage.dateText(milliseconds) == text)
    }
}
