/// Reads numbers of days such as `30,60,180`.
enum DaysText {
    /// As many as a configuration may say.
    static let range = 0...10_000_000

    /// The most numbers in a list: each is a question to the server.
    static let maximumCount = 20

    /// Reads whole numbers of days with commas between them; one that stands twice counts once.
    ///
    /// - Throws: `MalformedValue`.
    static func parse(_ text: String) throws(MalformedValue) -> [Int] {
        var days: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let part = part.drop { $0 == " " }
            guard let number = try? CountText.parse(String(part), in: range) else {  // Said better below.
                throw MalformedValue(
                    takes: "numbers of days from \(range.lowerBound) to \(range.upperBound) with commas between them",
                    not: text,
                    hint: "such as 30,60,180"
                )
            }
            if !days.contains(number) { days.append(number) }
        }
        guard days.count <= maximumCount else {
            throw MalformedValue(takes: "at most \(maximumCount) numbers", not: text)
        }
        return days
    }
}
