internal import Glibc

/// The system's `sendmail`, which every mail server and every relay client for Unix brings.
///
/// ```swift
/// try await Sendmail.find(in: environment).send(message, environment: environment)
/// ```
public struct Sendmail: Sendable {
    /// The path of the program.
    public var path: String
    /// How long it may take; a program that hangs must not keep cron's jobs for ever.
    public var timeLimit: Duration

    /// Names a program.
    public init(path: String, timeLimit: Duration = .seconds(30)) {
        self.path = path
        self.timeLimit = timeLimit
    }

    /// The program that `HOTCOLD_SENDMAIL` names, else `/usr/sbin/sendmail`, `/usr/lib/sendmail`, or the first in `PATH`.
    ///
    /// - Throws: `DeliveryError` where there is none.
    public static func find(in environment: [String: String]) throws(DeliveryError) -> Sendmail {
        if let path = environment["HOTCOLD_SENDMAIL"], !path.isEmpty {
            guard isProgram(path) else {
                throw DeliveryError("HOTCOLD_SENDMAIL names \(path.inOneLine), which is no program", hint: nil)
            }
            return Sendmail(path: path)
        }
        // A relative entry of PATH means another program in each directory.
        let directories = (environment["PATH"] ?? "").split(separator: ":").filter { $0.hasPrefix("/") }
        let places = ["/usr/sbin/sendmail", "/usr/lib/sendmail"] + directories.map { "\($0)/sendmail" }
        guard let path = places.first(where: isProgram) else {
            throw DeliveryError(
                "there is no sendmail on this machine, so the mail could not be sent",
                hint: "install a mail server or a relay such as msmtp-mta, or name a program in HOTCOLD_SENDMAIL"
            )
        }
        return Sendmail(path: path)
    }

    /// Hands a message over, and waits until it is accepted.
    ///
    /// - Parameters:
    ///   - environment: what the program gets, less the connection strings, which may hold passwords.
    ///   - stop: a request to wait no longer.
    /// - Throws: `DeliveryError` where the program can't be started, fails, or had to be ended.
    public func send(
        _ message: MailMessage,
        environment: [String: String],
        stop: StopRequest = StopRequest()
    ) async throws(DeliveryError) {
        // -t: the recipients are in the message; -oi: a line with a single dot does not end it.
        let failure = await ChildProcess.failure(
            of: [path, "-t", "-oi"],
            input: message.text,
            environment: environment.withoutConnectionStrings,
            timeLimit: timeLimit,
            stop: stop
        )
        guard let failure else { return }
        throw DeliveryError(
            "\(path) did not take the mail: it \(failure)",
            hint: "the mail is tried again the next time"
        )
    }

    private static func isProgram(_ path: String) -> Bool {
        var status = stat()
        // Swift passes the path as a NUL-terminated copy that lives for the call.
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        return unsafe access(path, X_OK) == 0
    }
}
