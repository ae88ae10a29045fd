internal import HotColdCore

/// What `--version` prints.
enum VersionText {
    /// One line, or one JSON document that also says what this was built with.
    static func render(json: Bool) -> String {
        // The line asks nobody but the program itself: scripts call it often, and it has to start fast.
        json ? BuildDescription.current.structured.json() + "\n" : "hotcold \(Version.current)\n"
    }
}
