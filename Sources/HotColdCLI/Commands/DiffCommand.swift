internal import HotColdCore

/// `hotcold diff`: shows how the two versions of documents differ.
struct DiffCommand: Command {
    private let context: CommandContext
    private let collection: CollectionConfiguration
    private let ids: [RequestedID]

    /// - Throws: `Failure` for a collection that is not configured.
    init(_ options: DiffOptions, in context: CommandContext) throws {
        self.context = context
        collection = try context.configuration.collection(named: options.collection)
        ids = options.ids.map { RequestedID($0) }
    }

    func run(_ interrupt: Interrupt) async throws -> ExitCode {
        try await context.reading(interrupt) {
            let tiers = try await context.connect()
            var found: [(id: RequestedID, differences: [DocumentDifference])] = []
            for id in ids { found.append((id, try await differences(of: id, in: tiers))) }
            return show(found, at: tiers.clock)
        }
    }

    private func differences(of id: RequestedID, in tiers: Tiers) async throws -> [DocumentDifference] {
        do {
            return try await tiers.differences(of: id, in: collection)
        } catch {
            let adviser = PrivilegeAdviser(tiers: tiers, configuration: context.configuration)
            throw Failure(await adviser.explained(error, on: collection, doing: .reading) ?? error)
        }
    }

    private func show(
        _ found: [(id: RequestedID, differences: [DocumentDifference])],
        at clock: ServerClock
    ) -> ExitCode {
        let documents = found.flatMap(\.differences)
        let missing = found.filter(\.differences.isEmpty).map(\.id)
        let isDifferent = documents.contains { $0.verdict == .different }
        let code: ExitCode = isDifferent || !missing.isEmpty ? .leftBehind : .ok
        if context.global.json {
            let document: StructuredValue = [
                "schema_version": 1, "command": "diff", "status": .string(code.status().rawValue),
                "exit_code": .int(Int64(code.rawValue)), "started_at": .date(milliseconds: clock.start),
                "finished_at": .date(milliseconds: clock.now),
                "not_found": .array(missing.map { .string($0.text) }), "documents": .array(documents.map(\.structured)),
            ]
            context.console.output(verbatim: document.json() + "\n")
        } else if !documents.isEmpty {
            let texts = found.flatMap { id, differences in
                differences.map { DifferenceText($0, id: id.text, style: context.style).text }
            }
            context.console.output(texts.joined(separator: "\n"))
        }
        if !missing.isEmpty {
            let names = missing.map(\.text.shown).joined(separator: ", ")
            context.say(
                Failure(
                    .leftBehind,
                    "no document with the _id \(names) in either tier of \(collection.name.shown)",
                    hint: Failure.idHint
                )
            )
        }
        return code
    }
}
