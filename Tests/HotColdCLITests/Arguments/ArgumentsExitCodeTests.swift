import Testing

@testable import HotColdCLI

@Suite("Exit codes")
struct ArgumentsExitCodeTests {
    @Test("are the numbers that scripts rely on")
    func numbers() {
        let numbers: [ExitCode: Int32] = [
            .ok: 0, .leftBehind: 1, .usage: 64, .differingBytes: 65, .unavailable: 69, .bug: 70, .outputLost: 74,
            .busy: 75, .refused: 77, .configuration: 78, .hungUp: 129, .interrupted: 130, .terminated: 143,
        ]
        #expect(numbers.count == ExitCode.allCases.count)
        for (code, number) in numbers { #expect(code.rawValue == number) }
    }
}
