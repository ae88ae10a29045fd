import Glibc
import Mongo
import Testing

@testable import HotColdCore

/// Where the file is looked for, and what can be wrong with it before its text is.
@Suite struct ConfigurationLoadTests {
    private let folder = TemporaryFolder()

    @Test(
        arguments: [
            ([:], ["policies.json", "/etc/hotcold/policies.json"]),
            (
                ["HOME": "/home/x"],
                ["policies.json", "/home/x/.config/hotcold/policies.json", "/etc/hotcold/policies.json"]
            ),
            (
                ["HOME": "/home/x", "XDG_CONFIG_HOME": "/c"],
                ["policies.json", "/c/hotcold/policies.json", "/etc/hotcold/policies.json"]
            ),
            (
                ["HOME": "/home/x", "XDG_CONFIG_HOME": "relative"],
                ["policies.json", "/home/x/.config/hotcold/policies.json", "/etc/hotcold/policies.json"]
            ),
            (["HOME": "", "XDG_CONFIG_HOME": ""], ["policies.json", "/etc/hotcold/policies.json"]),
        ] as [([String: String], [String])]
    )
    func `the places are those of the manual in its order`(environment: [String: String], places: [String]) {
        #expect(Configuration.searchedPlaces(environment) == places)
    }

    @Test func `an option wins over the variable, and the file says its name`() throws {
        let named = try folder.write("named.json", ConfigurationText().text)
        let other = try folder.write("other.json", "{")
        #expect(try Configuration.load(file: named, environment: ["HOTCOLD_CONFIG": other]).file == named)
        #expect(try Configuration.load(environment: ["HOTCOLD_CONFIG": named]).file == named)
        let expected = "\(other), line 1, column 2: expected a key in double quotes"
        #expect(refusal(nil, ["HOTCOLD_CONFIG": other])?.hasPrefix(expected) == true)
    }

    @Test func `a file that somebody named has to be there`() {
        #expect(refusal("/none/p.json", [:]) == "/none/p.json: there is no such file, which --config names.")
        let variable = refusal(nil, ["HOTCOLD_CONFIG": "/none/p.json"])
        #expect(variable == "/none/p.json: there is no such file, which HOTCOLD_CONFIG names.")
        #expect(
            refusal(nil, ["HOTCOLD_CONFIG": ""])
                == "environment variable HOTCOLD_CONFIG: is empty. Unset it or name a file."
        )
        #expect(refusal("", [:]) == "--config: is empty. Name a file.")
        #expect(refusal("a\0b", [:]) != nil)
    }

    @Test func `folders, huge files and bytes that are no text are told from missing files`() throws {
        #expect(refusal(folder.path, [:]) == "\(folder.path): can't be read: Is a directory.")
        #expect(refusal("/dev/zero", [:]) == "/dev/zero: has more than 16 MiB, so it is no configuration.")
        #expect(
            refusal("/dev/null", [:])
                == "/dev/null, line 1, column 1: expected a JSON value, found nothing: the text is empty."
        )
        let long = String(repeating: "x", count: 5000)
        #expect(refusal(long, [:]) == "\(long): can't be opened: File name too long.")
        let file = try folder.write("latin1.json", [0x7B, 0x0A, 0x22, 0xE9, 0x22])
        #expect(refusal(file, [:]) == "\(file), line 2, column 2: the text is not UTF-8 here.")
    }

    @Test func `options and environment reach the file's content`() throws {
        let file = try folder.write("p.json", ConfigurationText().text)
        let configuration = try Configuration.load(
            file: file,
            environment: ["HOT_MONGO_DB": "other"],
            overrides: ConfigurationOverrides(coldURI: "mongodb://o")
        )
        #expect(configuration.hot.database == "other" && configuration.cold.uri.description == "mongodb://o")
    }

    private func refusal(_ file: String?, _ environment: [String: String]) -> String? {
        do throws(ConfigurationError) {
            _ = try Configuration.load(file: file, environment: environment)
            return nil
        } catch let error { return error.description }
    }
}
