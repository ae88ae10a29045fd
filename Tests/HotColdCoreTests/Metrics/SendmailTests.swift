import Foundation
import Testing

@testable import HotColdCore

@Suite("Sendmail", .timeLimit(.minutes(1)))
struct SendmailTests {
    static let message = MailMessage(
        from: "me@host",
        to: "ops@example.com",
        subject: "s",
        body: String(repeating: "a line of a long mail\n", count: 10_000),
        date: 0
    )

    private func send(
        _ script: String,
        timeLimit: Duration = .seconds(30),
        stop: StopRequest = StopRequest()
    ) async throws -> DeliveryError? {
        try await ScratchDirectory.with { directory in
            let path = try await directory.script("sendmail", "cd \(directory.path)\n\(script)")
            do {
                let mailer = Sendmail(path: path, timeLimit: timeLimit)
                try await mailer.send(
                    Self.message,
                    environment: ["PATH": "/usr/bin:/bin", "HOT_MONGO_URI": "secret"],
                    stop: stop
                )
            } catch let error as DeliveryError {
                return error
            }
            #expect(try directory.text(of: "input") == Self.message.text)
            #expect(try directory.text(of: "arguments") == "-t -oi\n")
            #expect(try !directory.text(of: "environment").contains("MONGO_URI"))
            return nil
        }
    }

    @Test("gets the whole mail on its standard input, and no connection string")
    func accepted() async throws {
        #expect(try await send("cat >input; echo $* >arguments; env >environment") == nil)
    }

    @Test("may answer before it has read anything")
    func hasty() async throws {
        try await ScratchDirectory.with { directory in
            let path = try await directory.script("sendmail", "exit 0")
            try await Sendmail(path: path).send(Self.message, environment: [:])
        }
    }

    @Test("that fails is quoted, in one line")
    func failing() async throws {
        let error = try #require(try await send("echo out; printf 'relay \\033[31mdenied\\n' >&2; exit 75"))
        #expect(error.message.hasSuffix("did not take the mail: it ended with exit status 75: out relay  [31mdenied"))
        #expect(try await send("kill -9 $$")?.message.hasSuffix("it ended with signal 9") == true)
    }

    @Test("that hangs is ended, with what it started")
    func hanging() async throws {
        try await ScratchDirectory.with { directory in
            let fifo = "\(directory.path)/fifo"
            try #require(mkfifo(fifo, 0o600) == 0)
            let reader = open(fifo, O_RDONLY | O_NONBLOCK)
            defer { close(reader) }
            // The shell's child has the fifo open for writing as long as it lives.
            let path = try await directory.script("sendmail", "sleep 1000 >'\(fifo)' & wait")
            await #expect {
                try await Sendmail(path: path, timeLimit: .seconds(1)).send(Self.message, environment: [:])
            } throws: {
                ($0 as? DeliveryError)?.message.hasSuffix("it took longer than 1 s and was ended") == true
            }
            var state = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
            #expect(poll(&state, 1, 10_000) == 1 && state.revents == Int16(POLLHUP), "somebody still has it open")
        }
    }

    @Test("that hangs is not waited for when the operator stops")
    func stopped() async throws {
        let stop = StopRequest()
        stop.request(.signal)
        #expect(try await send("sleep 1000", stop: stop)?.message.hasSuffix("a signal ended the wait") == true)
    }

    @Test("is what HOTCOLD_SENDMAIL names, and nothing else then")
    func override() async throws {
        try await ScratchDirectory.with { directory in
            let path = try await directory.script("relay", "")
            #expect(try Sendmail.find(in: ["HOTCOLD_SENDMAIL": path, "PATH": "/bin"]).path == path)
            for bad in ["\(path)-2", directory.path, "/etc/passwd"] {
                #expect(throws: DeliveryError.self) { try Sendmail.find(in: ["HOTCOLD_SENDMAIL": bad]) }
            }
        }
    }

    @Test(
        "is looked for on the PATH, in absolute directories",
        .enabled(if: !["/usr/sbin", "/usr/lib"].contains { FileManager.default.fileExists(atPath: "\($0)/sendmail") })
    )
    func path() async throws {
        try await ScratchDirectory.with { directory in
            let path = try await directory.script("sendmail", "")
            #expect(try Sendmail.find(in: ["PATH": "relative::/nowhere:\(directory.path):/bin"]).path == path)
            #expect(throws: DeliveryError.self) { try Sendmail.find(in: ["PATH": ".:/nowhere"]) }
            #expect(throws: DeliveryError.self) { try Sendmail.find(in: [:]) }
        }
    }
}
