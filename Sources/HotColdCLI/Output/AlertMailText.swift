internal import HotColdCore

/// The mail about an alert that began or is over.
struct AlertMailText {
    private let change: AlertChange
    private let report: StorageReport
    private let file: String?

    /// Prepares the mail about a change.
    ///
    /// - Parameter file: the configuration, so that the reader knows which one.
    init(_ change: AlertChange, _ report: StorageReport, file: String?) {
        self.change = change
        self.report = report
        self.file = file
    }

    /// The mail.
    func message(to address: String, from sender: String) -> MailMessage {
        MailMessage(
            from: sender,
            to: address,
            subject: "[hotcold] \(change.subject)",
            body: body,
            date: report.timestamp
        )
    }

    /// The user and host that the mail comes from, as far as they are known.
    static func sender(_ environment: [String: String], host: String = HostIdentity.current.host) -> String {
        func plain(_ text: String) -> String {
            text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        }
        let user = plain(environment["LOGNAME"] ?? environment["USER"] ?? "")
        let host = plain(host)
        return "\(user.isEmpty ? "hotcold" : user)@\(host.isEmpty ? "localhost" : host)"
    }

    private var body: String {
        let since = change.raisedSince.map { ", which it was since \(ISO8601.string(fromMilliseconds: $0))" } ?? ""
        let advice =
            change.isOver
            ? "" : "\n\(AdvisedCommand.line("migrate", "--all --dry-run")) says what would move to the archive.\n"
        return """
            \(change.isOver ? "Over" : "Alert"): \(change.watch.text)\(since).

            \(report.overview)
            \(report.table.text(style: .plain))\(advice)
            Measured at \(ISO8601.string(fromMilliseconds: report.timestamp)) by hotcold \(Version.current) on \
            \(HostIdentity.current.host)\(file.map { ", configuration \($0)" } ?? "").
            There is one mail when an alert begins, and one when it is over.

            """
    }
}

extension AlertChange {
    /// What happened, in a line.
    var subject: String { (isOver ? "over: " : "alert: ") + watch.text }
}
