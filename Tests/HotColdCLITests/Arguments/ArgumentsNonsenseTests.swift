import HotColdCore
import Testing

@testable import HotColdCLI

@Suite("Arguments at random")
struct ArgumentsNonsenseTests {
    @Test("never crash the parser, and every refusal is one clean line", arguments: 1...4 as ClosedRange<UInt64>)
    func nonsense(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<1_000 {
            let arguments = Self.nonsense(using: &random)
            do throws(UsageError) {
                let parsed = try ArgumentParser.parse(arguments)
                if case .help = parsed.invocation { continue }
                #expect(parsed.global.json == ArgumentParser.form(ofAnswerTo: arguments).isJSON, "\(arguments)")
            } catch {
                #expect(!error.message.isEmpty, "\(arguments)")
                #expect(!error.description.unicodeScalars.contains { $0.properties.generalCategory == .control })
                #expect(error.description.utf8.count < 2_000, "\(arguments)")
                #expect(!error.description.contains("hunter2"), "\(arguments)")
            }
        }
    }

    @Test("that are valid come out as they went in, in any order and spelling", arguments: 1...4 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let engine = Self.engine(using: &random)
            let migrate = MigrateOptions(
                selection: Bool.random(using: &random) ? .all : .named(["users", "-odd=name"]),
                engine: engine,
                noDelete: Bool.random(using: &random),
                asOfMilliseconds: engine.dryRun && Bool.random(using: &random) ? 86_400_000 : nil
            )
            let restore = RestoreOptions(
                collection: "--users",
                selection: Bool.random(using: &random) ? .query("{\"a\": 1}") : .ids(["1", "-2"]),
                engine: engine,
                keepCold: Bool.random(using: &random),
                holdDays: Bool.random(using: &random) ? Int.random(in: 0...1000, using: &random) : nil
            )
            let migrateLine = ["migrate"] + Self.spell(migrate.pairs, using: &random)
            let restoreLine = ["restore"] + Self.spell(restore.pairs, using: &random)
            #expect(try ArgumentParser.parse(migrateLine).invocation == .migrate(migrate), "\(migrateLine)")
            #expect(try ArgumentParser.parse(restoreLine).invocation == .restore(restore), "\(restoreLine)")
        }
    }

    private static let pieces =
        (CommandTable.globalOptions + CommandTable.commands.flatMap(\.options)).map(\.typedName)
        + CommandName.allCases.map(\.rawValue)
        + [
            "--", "-", "=", "", "-n", "-q", "-v", "-h", "-nqv", "—", "1", "-1", "1h", "2026-11-22", "skip", "users",
            "{}", "\u{0}", "\u{1B}[2J", "\n", "\r\n", " ", "é", "\u{301}", "👩‍👩‍👧", "\u{202E}", "\u{FFFD}", "٣",
            "mongodb://ops:hunter2@db1", String(repeating: "9", count: 40), String(repeating: "-", count: 300),
        ]

    /// A line of known names, broken names, values, and characters that nobody expects.
    private static func nonsense(using random: inout SeededGenerator) -> [String] {
        return (0..<Int.random(in: 0...7, using: &random)).map { _ in
            var argument = pieces.randomElement(using: &random) ?? ""
            while Int.random(in: 0..<3, using: &random) == 0 {
                argument += pieces.randomElement(using: &random) ?? ""
            }
            if Int.random(in: 0..<6, using: &random) == 0, let place = argument.indices.randomElement(using: &random) {
                argument.remove(at: place)
            }
            return argument
        }
    }

    private static func engine(using random: inout SeededGenerator) -> EngineOptions {
        func maybe(_ range: ClosedRange<Int>) -> Int? {
            Bool.random(using: &random) ? Int.random(in: range, using: &random) : nil
        }
        return EngineOptions(
            dryRun: Bool.random(using: &random),
            limit: maybe(1...Int.max),
            batchSize: maybe(1...100_000),
            workers: maybe(1...64),
            noVerify: Bool.random(using: &random),
            onConflict: ConflictPolicy.allCases.randomElement(using: &random) ?? .skip,
            allowTTL: Bool.random(using: &random),
            allowNondurable: Bool.random(using: &random),
            maxDuration: maybe(1...100_000).map { .seconds($0) },
            maxRate: maybe(1...Int.max),
            retryFor: .seconds(maybe(0...100_000) ?? 120)
        )
    }

    /// Writes options in a random order; `=` is needed where the value begins with a dash.
    private static func spell(_ pairs: [(String, String?)], using random: inout SeededGenerator) -> [String] {
        // Repeatable options keep their order among themselves: each name is shuffled as one.
        let names = Set(pairs.map(\.0)).sorted().shuffled(using: &random)
        return names.flatMap { name in
            pairs.filter { $0.0 == name }.flatMap { _, value -> [String] in
                guard let value else { return name == "--dry-run" && Bool.random(using: &random) ? ["-n"] : [name] }
                let isAttached = value.hasPrefix("-") || Bool.random(using: &random)
                return isAttached ? ["\(name)=\(value)"] : [name, value]
            }
        }
    }
}

extension EngineOptions {
    fileprivate var pairs: [(String, String?)] {
        var pairs: [(String, String?)] = [
            ("--on-conflict", onConflict.rawValue), ("--retry-for", "\(retryFor.components.seconds)s"),
        ]
        if dryRun { pairs.append(("--dry-run", nil)) }
        if noVerify { pairs.append(("--no-verify", nil)) }
        if allowTTL { pairs.append(("--allow-ttl", nil)) }
        if allowNondurable { pairs.append(("--allow-nondurable", nil)) }
        let counts = [("--limit", limit), ("--batch-size", batchSize), ("--workers", workers), ("--max-rate", maxRate)]
        pairs += counts.compactMap { name, count in count.map { (name, String($0)) } }
        if let maxDuration { pairs.append(("--max-duration", "\(maxDuration.components.seconds)s")) }
        return pairs
    }
}

extension MigrateOptions {
    fileprivate var pairs: [(String, String?)] {
        var pairs = engine.pairs
        switch selection {
        case .all: pairs.append(("--all", nil))
        case .named(let names): pairs += names.map { ("--collection", $0) }
        }
        if noDelete { pairs.append(("--no-delete", nil)) }
        if asOfMilliseconds != nil { pairs.append(("--as-of", "1970-01-02T01:00:00+01:00")) }
        return pairs
    }
}

extension RestoreOptions {
    fileprivate var pairs: [(String, String?)] {
        var pairs = engine.pairs + [("--collection", collection)]
        switch selection {
        case .query(let query): pairs.append(("--query", query))
        case .ids(let ids): pairs += ids.map { ("--id", $0) }
        }
        if isConfirmed { pairs.append(("--confirm", collection)) }
        if keepCold { pairs.append(("--keep-cold", nil)) }
        if let holdDays { pairs.append(("--hold-days", String(holdDays))) }
        return pairs
    }
}

/// A generator that gives the same numbers for the same seed: SplitMix64.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
