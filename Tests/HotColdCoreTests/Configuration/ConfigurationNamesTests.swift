import Testing

@testable import HotColdCore

/// What is offered to whoever types the name of a collection.
@Suite struct ConfigurationNamesTests {
    private let folder = TemporaryFolder()

    private func names(_ text: String) throws -> [String] {
        try Configuration.collectionNames(file: folder.write("names.json", text), environment: [:])
    }

    @Test func `the names are there in the order of the file, whatever else is wrong with it`() throws {
        #expect(try names(ConfigurationText().text).isEmpty == false)
        #expect(try names(#"{"hot": 3, "collections": {"b": {}, "a": {"polcy": 1}, "c": null}}"#) == ["b", "a", "c"])
    }

    @Test(arguments: ["{}", "[]", "1", #"{"collections": []}"#, #"{"collections": {}}"#])
    func `where there are none, none is an answer`(text: String) throws {
        #expect(try names(text).isEmpty)
    }

    @Test func `a file that is missing or no JSON is an error`() throws {
        #expect(throws: ConfigurationError.self) { try names("{") }
        #expect(throws: ConfigurationError.self) {
            try Configuration.collectionNames(file: "/none/p.json", environment: [:])
        }
    }

    @Test func `the file is the one that a command would take`() throws {
        let named = try folder.write("variable.json", #"{"collections": {"v": {}}}"#)
        #expect(try Configuration.collectionNames(environment: ["HOTCOLD_CONFIG": named]) == ["v"])
    }
}
