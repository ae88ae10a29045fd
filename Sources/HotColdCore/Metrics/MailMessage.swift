/// A mail in plain text, as RFC 5322 writes it.
public struct MailMessage: Sendable, Hashable {
    /// The address of the sender.
    public var from: String
    /// The address that it goes to.
    public var to: String
    /// What it is about, in one line.
    public var subject: String
    /// What it says, in lines.
    public var body: String
    /// When it was written, in milliseconds since 1970 UTC.
    public var date: Int64

    /// Creates a message.
    public init(from: String, to: String, subject: String, body: String, date: Int64) {
        self.from = from
        self.to = to
        self.subject = subject
        self.body = body
        self.date = date
    }

    /// The message as a mail program reads it on its standard input, with the line ends of this system.
    ///
    /// Nothing in a header can begin another one: characters that end or steer a line become blanks. The subject is
    /// ASCII; other characters become question marks.
    public var text: String {
        let headers = [
            ("From", from), ("To", to), ("Subject", String(subject.map { $0.isASCII ? $0 : "?" })),
            ("Date", Self.dateText(date)), ("MIME-Version", "1.0"), ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            // RFC 3834: no vacation notices in return.
            ("Auto-Submitted", "auto-generated"),
        ]
        let lines = body.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        return headers.map { "\($0): \($1.inOneLine)\n" }.joined() + "\n"
            + lines.map { String($0).inOneLine }.joined(separator: "\n")
    }

    /// `Sun, 22 Nov 2026 16:00:00 +0000`.
    static func dateText(_ milliseconds: Int64) -> String {
        let days = milliseconds.flooredDivision(by: 86_400_000).quotient
        // The first day of 1970 was a Thursday.
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(days.flooredDivision(by: 7).remainder)]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = ISO8601.string(fromMilliseconds: milliseconds).split { "-T.Z".contains($0) }
        guard parts.count >= 4, let month = Int(parts[1]), months.indices.contains(month - 1) else { return "" }
        return "\(weekday), \(parts[2]) \(months[month - 1]) \(parts[0]) \(parts[3]) +0000"
    }
}
