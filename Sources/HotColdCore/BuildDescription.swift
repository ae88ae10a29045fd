internal import Mongo

/// What this hotcold was built with and runs with: for reports of bugs, and for whoever makes packages.
///
/// ```swift
/// print(BuildDescription.current.structured.json())
/// ```
public struct BuildDescription: Equatable, Sendable {
    /// Whether the optimiser was at work, and tests can halt runs at a step.
    public enum Configuration: String, Sendable {
        /// For use.
        case release
        /// For tests and debuggers.
        case debug
    }

    /// How it was built.
    public let configuration: Configuration

    /// The compiler's version, as far as a compiler tells: `6.3`.
    public let swift: String

    /// The version of libmongoc's headers at compile time.
    public let driverHeaders: String

    /// The version of the libmongoc that is loaded, where fixes of the driver come from.
    public let driverLibrary: String

    /// The machine as `uname -m` calls it.
    public let architecture: String

    /// The operating system.
    public let operatingSystem: String

    /// Of this process.
    public static var current: BuildDescription {
        BuildDescription(
            configuration: configuration,
            swift: compiler,
            driverHeaders: Driver.headersVersion,
            driverLibrary: Driver.version,
            architecture: architecture,
            operatingSystem: operatingSystem
        )
    }

    /// The description, with hotcold's own version, as `--json` prints it.
    public var structured: StructuredValue {
        [
            "schema_version": 1, "command": "version", "status": .string(RunStatus.completed.rawValue),
            "version": .string(Version.current), "day": .string(Version.day),
            "build": .string(configuration.rawValue), "swift": .string(swift),
            "libmongoc": ["headers": .string(driverHeaders), "library": .string(driverLibrary)],
            "architecture": .string(architecture), "operating_system": .string(operatingSystem),
        ]
    }
}

// What only the compiler knows: it tells by conditions, not by values.
extension BuildDescription {
    private static var configuration: Configuration {
        #if DEBUG
            .debug
        #else
            .release
        #endif
    }

    private static var compiler: String {
        #if compiler(>=6.5)
            "6.5 or later"
        #elseif compiler(>=6.4)
            "6.4"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"  // What the manifest asks for.
        #endif
    }

    private static var architecture: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "aarch64"
        #else
            "unknown"
        #endif
    }

    private static var operatingSystem: String {
        #if os(Linux)
            "linux"
        #else
            "unknown"
        #endif
    }
}
