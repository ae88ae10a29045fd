import Foundation
import TestSupport
import Testing

/// The way tests run the program, tried with a shell in the program's place, in processes whose environment may be
/// changed.
@Suite(.timeLimit(.minutes(30)))
struct HotcoldProcessTests {
    @Test func `gives arguments, environment and input, and takes both outputs and the exit code`() async {
        await #expect(processExitsWith: .success) {
            setenv("HOTCOLD_TEST_BINARY", "/bin/sh", 1)
            setenv("HOT_MONGO_URI", "mongodb://somebody.else", 1)
            let script = #"echo "$1 $GIVEN $HOT_MONGO_URI $HOTCOLD_TEST_BINARY $(cat)"; echo wrong >&2; exit 65"#
            let result = try await HotcoldProcess.run(
                ["-c", script, "sh", "argument"],
                environment: ["GIVEN": "given"],
                input: "input\n"
            )
            #expect(result.standardOutput == "argument given   input\n")
            #expect(result.standardError == "wrong\n")
            #expect(result.exitCode == 65 && result.signal == nil)
        }
    }

    @Test func `output of any size does not block the program`() async {
        await #expect(processExitsWith: .success) {
            setenv("HOTCOLD_TEST_BINARY", "/bin/sh", 1)
            let script = "head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2"
            let result = try await HotcoldProcess.run(["-c", script])
            #expect(result.standardOutput.utf8.count == 3_000_000)
            #expect(result.standardError.utf8.count == 3_000_000)
        }
    }

    @Test func `a running program can be watched and signalled`() async {
        await #expect(processExitsWith: .success) {
            setenv("HOTCOLD_TEST_BINARY", "/bin/sh", 1)
            let script = "trap 'echo stopping; exit 143' TERM; echo ready; while :; do :; done"
            let processes = try (0..<3).map { _ in try HotcoldProcess.start(["-c", script]) }
            for process in processes {
                #expect(await process.standardOutput.contains("ready"))
                process.send(signal: SIGTERM)
                let result = await process.wait()
                #expect(result.exitCode == 143 && result.signal == nil)
                #expect(result.standardOutput == "ready\nstopping\n")
            }
        }
    }

    @Test func `a killed program says which signal it was`() async {
        await #expect(processExitsWith: .success) {
            setenv("HOTCOLD_TEST_BINARY", "/bin/sh", 1)
            let process = try HotcoldProcess.start(["-c", "echo ready; while :; do :; done"])
            #expect(await process.standardOutput.contains("ready"))
            process.send(signal: SIGKILL)
            let result = await process.wait()
            #expect(result.exitCode == 137 && result.signal == SIGKILL)
            #expect(await !process.standardOutput.contains("never written"))
        }
    }
}
