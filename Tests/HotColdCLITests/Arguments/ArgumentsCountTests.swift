import Testing

@testable import HotColdCLI

@Suite("A count")
struct ArgumentsCountTests {
    @Test("is read in decimal digits", arguments: [("1", 1), ("007", 7), ("100", 100), ("-3", -3), ("-0", 0)])
    func valid(text: String, count: Int) throws {
        #expect(try CountText.parse(text, in: -5...100) == count)
    }

    @Test(
        "is refused in any other form, and outside its range",
        arguments: ["", "-", "+1", "--1", "1.0", "1e3", "1,000", "1_000", " 1", "1 ", "0x1", "٥", "ten", "101", "-6"]
    )
    func malformed(text: String) {
        #expect(throws: MalformedValue.self) { try CountText.parse(text, in: -5...100) }
    }

    @Test("with too many digits is told the largest one possible")
    func overflow() {
        let error = #expect(throws: MalformedValue.self) { try CountText.parse("9223372036854775808", in: 1...Int.max) }
        let complaint = "takes a whole number from 1 to 9223372036854775807, not 9223372036854775808"
        #expect(error?.complaint == complaint)
    }
}
