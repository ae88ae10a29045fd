import Foundation
import Testing

/// Compares a text with the file in `Tests/HotColdCLITests/Golden` that holds what it should be.
///
/// When a change of the text is intended, write the files anew and look at the difference:
///
///     HOTCOLD_UPDATE_GOLDEN=1 swift test --filter HotColdCLITests
func expectGolden(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let file = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(components: "Golden", name)
    if ProcessInfo.processInfo.environment["HOTCOLD_UPDATE_GOLDEN"] == "1" {
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return
    }
    let expected = try String(contentsOf: file, encoding: .utf8)
    #expect(
        text == expected,
        "differs from Golden/\(name); if that is right: HOTCOLD_UPDATE_GOLDEN=1 swift test --filter HotColdCLITests",
        sourceLocation: sourceLocation
    )
}
