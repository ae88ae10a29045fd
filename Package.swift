// swift-tools-version: 6.2
import PackageDescription

// Tests juggle raw bytes, and the expansions of expectation macros are not marked `unsafe`.
let testSettings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let settings: [SwiftSetting] = [.strictMemorySafety()] + testSettings

let package = Package(
    name: "hotcold",
    products: [
        .executable(name: "hotcold", targets: ["hotcold"]),
        .library(name: "HotColdCore", targets: ["HotColdCore"]),
        .library(name: "WrongClock", type: .dynamic, targets: ["WrongClock"]),
        .library(name: "OtherBoot", type: .dynamic, targets: ["OtherBoot"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0")
    ],
    targets: [
        .systemLibrary(
            name: "CMongoC",
            pkgConfig: "libmongoc-1.0",
            providers: [.apt(["libmongoc-dev", "pkg-config"])]
        ),
        .target(name: "ThreadSafety", swiftSettings: settings),
        .target(
            name: "Mongo",
            dependencies: ["CMongoC", "ThreadSafety", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings
        ),
        .target(
            name: "HotColdCore",
            dependencies: ["Mongo", "ThreadSafety", .product(name: "Logging", package: "swift-log")],
            // Moments at which tests stop a run; never in a release.
            swiftSettings: settings + [.define("HALTING_POINTS", .when(configuration: .debug))]
        ),
        .target(
            name: "HotColdCLI",
            dependencies: ["HotColdCore", "ThreadSafety", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "hotcold",
            dependencies: ["CMongoC", "HotColdCLI"],
            swiftSettings: settings,
            linkerSettings: [
                // Runs where there is no Swift, and starts in 9 ms where the dynamic libraries take 15.
                .unsafeFlags(["-static-stdlib"], .when(configuration: .release)),
                // For the driver to find: see DriverCounters.swift.
                .unsafeFlags(["-Xlinker", "--export-dynamic-symbol=shm_open"]),
            ]
        ),
        .executableTarget(
            name: "sample-data",
            dependencies: ["Mongo"],
            path: "scripts/sample-data",
            swiftSettings: settings
        ),
        .target(
            name: "TestSupport",
            dependencies: ["HotColdCore", "ThreadSafety"],
            path: "Tests/TestSupport",
            swiftSettings: testSettings
        ),
        .target(
            name: "FaultSuite",
            dependencies: ["HotColdCore", "TestSupport", "ThreadSafety"],
            path: "Tests/FaultSuite",
            swiftSettings: testSettings
        ),
        .target(name: "WrongClock", path: "Tests/WrongClock"),
        .target(name: "OtherBoot", path: "Tests/OtherBoot"),
        .executableTarget(
            name: "fault-suite",
            dependencies: ["FaultSuite"],
            path: "scripts/fault-suite",
            swiftSettings: testSettings
        ),
        .testTarget(name: "FaultSuiteTests", dependencies: ["FaultSuite", "TestSupport"], swiftSettings: testSettings),
        .testTarget(name: "MongoTests", dependencies: ["Mongo", "TestSupport"], swiftSettings: testSettings),
        .testTarget(
            name: "HotColdCoreTests",
            dependencies: ["HotColdCore", "TestSupport", "ThreadSafety"],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "HotColdCLITests",
            dependencies: ["HotColdCLI"],
            exclude: ["Golden"],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["HotColdCLI", "TestSupport", "ThreadSafety"],
            swiftSettings: testSettings
        ),
    ],
    swiftLanguageModes: [.v6]
)

// libFuzzer brings a `main` of its own and wants everything built for it: only `scripts/fuzz` asks for this target.
if Context.environment["HOTCOLD_FUZZING"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzzing",
            dependencies: ["HotColdCLI", "TestSupport"],
            path: "Tests/Fuzzing",
            swiftSettings: testSettings
        )
    )
}
