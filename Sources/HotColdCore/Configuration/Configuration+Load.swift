extension Configuration {
    /// Finds, reads and checks the configuration.
    ///
    /// The file is `file` (the value of `--config`), else `$HOTCOLD_CONFIG`; named like this it must be there. Else it is the first that exists
    /// of `./policies.json`, `$XDG_CONFIG_HOME/hotcold/policies.json` (`~/.config` without the variable) and
    /// `/etc/hotcold/policies.json`. One that exists and can't be read is an error and not passed over.
    ///
    /// Blocks while it reads the file.
    ///
    /// - Throws: `ConfigurationError`.
    public static func load(
        file: String? = nil,
        environment: [String: String],
        overrides: ConfigurationOverrides = ConfigurationOverrides()
    ) throws(ConfigurationError) -> Configuration {
        let (path, bytes) = try find(file, environment)
        var configuration = try parse(utf8: bytes, fileName: path, environment: environment, overrides: overrides)
        configuration.file = path
        return configuration
    }

    /// Finds the file of the configuration and reads it.
    static func find(
        _ file: String?,
        _ environment: [String: String]
    ) throws(ConfigurationError) -> (path: String, bytes: [UInt8]) {
        if let file {
            guard !file.isEmpty else { throw ConfigurationError(.option("--config"), "is empty", hint: "name a file") }
            return (file, try read(file, namedBy: "--config"))
        }
        if let file = environment["HOTCOLD_CONFIG"] {
            guard !file.isEmpty else {
                throw ConfigurationError(.environment("HOTCOLD_CONFIG"), "is empty", hint: "unset it or name a file")
            }
            return (file, try read(file, namedBy: "HOTCOLD_CONFIG"))
        }
        let places = searchedPlaces(environment)
        for place in places {
            switch ConfigurationFile.read(place) {
            case .content(let bytes): return (place, bytes)
            case .missing: continue
            case .unreadable(let reason): throw ConfigurationError(.file(place), reason)
            }
        }
        throw ConfigurationError(
            .search,
            "there is no configuration: no file \(places.dropLast().joined(separator: ", ")) or \(places.last ?? "")",
            hint: "write one, or name one with --config or HOTCOLD_CONFIG"
        )
    }

    /// Where a file is looked for that nobody named, in this order.
    static func searchedPlaces(_ environment: [String: String]) -> [String] {
        var places = ["policies.json"]
        // A relative XDG_CONFIG_HOME is to be ignored, says the XDG Base Directory Specification.
        if let base = environment["XDG_CONFIG_HOME"], base.hasPrefix("/") {
            places.append("\(base)/hotcold/policies.json")
        } else if let home = environment["HOME"], !home.isEmpty {
            places.append("\(home)/.config/hotcold/policies.json")
        }
        places.append("/etc/hotcold/policies.json")
        return places
    }

    private static func read(_ path: String, namedBy name: String) throws(ConfigurationError) -> [UInt8] {
        switch ConfigurationFile.read(path) {
        case .content(let bytes): return bytes
        case .missing: throw ConfigurationError(.file(path), "there is no such file, which \(name) names")
        case .unreadable(let reason): throw ConfigurationError(.file(path), reason)
        }
    }
}
