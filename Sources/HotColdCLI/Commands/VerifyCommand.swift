internal import HotColdCore

/// `hotcold verify`: compares the tiers, or what a run moved with what is there.
struct VerifyCommand: Command {
    private let context: CommandContext
    private let task: VerifyOptions.Task
    private let collections: [CollectionConfiguration]
    /// Whether the collections were named: then a run is looked at only as far as they go.
    private let isNarrowed: Bool
    private let problemsFile: String?

    /// - Throws: `Failure` for a collection that is not configured.
    init(_ options: VerifyOptions, in context: CommandContext) throws {
        self.context = context
        task = options.task
        collections = try context.collections(named: options.collections)
        isNarrowed = !options.collections.isEmpty
        problemsFile = options.problemsFile
    }

    func run(_ interrupt: Interrupt) async throws -> ExitCode {
        let problems = try ProblemLog.open(problemsFile)
        let code =
            switch task {
            case .compare(fix: false):
                try await context.reading(interrupt) { try await compare(fixes: false, problems, interrupt) }
            case .compare(fix: true): try await compare(fixes: true, problems, interrupt)
            case .proveRun(let run): try await context.reading(interrupt) { try await prove(run, problems) }
            case .proveJournal(let days):
                try await context.reading(interrupt) { try await proveJournal(days, problems) }
            }
        guard let loss = problems?.close() else { return code }
        context.say(Failure(loss))
        return code == .ok ? .leftBehind : code
    }

    // MARK: The tiers

    private func compare(fixes: Bool, _ problems: ProblemLog?, _ interrupt: Interrupt) async throws -> ExitCode {
        let tiers = try await context.connect()
        tiers.hurry(at: interrupt.stop)
        if tiers.areOne { try context.configuration.checkNamespacesOfOneCluster() }
        let verifier = TierVerifier(tiers: tiers, configuration: context.configuration)
        let adviser = PrivilegeAdviser(tiers: tiers, configuration: context.configuration)
        let line = context.progress
        var comparisons: [TierComparison] = []
        for collection in collections {
            guard interrupt.stop.reason != .signal else {
                comparisons.append(TierComparison(notBegun: collection))
                continue
            }
            var comparison = await verifier.verify(
                collection,
                fixes: fixes,
                problems: problems,
                stop: interrupt.stop
            ) { line.show($0) }
            let work = fixes ? PrivilegeAdviser.Work.settling : .reading
            comparison.error = await adviser.explained(comparison.error, on: collection, doing: work)
            comparisons.append(comparison)
            if !context.global.json {
                context.console.output(ComparisonText(comparison, style: context.style).text, isRecord: fixes)
            }
        }
        let code = interrupt.exitCode(over: .worst(comparisons.map { ExitCode($0) }))
        if context.global.json {
            let members = comparisons.map { comparison in
                StructuredValue.Member(
                    comparison.collection.name,
                    comparison.structured { ExitCode($0).rawValue }
                )
            }
            print(code, at: tiers.clock, StructuredValue.Member("collections", .object(members)), isRecord: fixes)
        }
        if !context.global.json {
            let names = comparisons.filter(\.isNotBegun).map(\.collection.name)
            context.console.output(NotBegunText(names, style: context.style).text, isRecord: fixes)
        }
        context.complain(comparisons.map { ($0.collection.name, complaint(about: $0)) })
        if context.isQuiet, code == interrupt.exitCode {
            context.say(Failure(code, "stopped by a signal before the end"))
        }
        return code
    }

    /// What standard error says of a collection: the text, which has more, may be thrown away where nothing but failures is
    /// wanted.
    private func complaint(about comparison: TierComparison) -> Failure? {
        if let error = comparison.error { return Failure(error) }
        guard context.isQuiet, !comparison.isClean else { return nil }
        return Failure(.leftBehind, ComparisonText(comparison).verdict)
    }

    // MARK: A run

    private func prove(_ run: String, _ problems: ProblemLog?) async throws -> ExitCode {
        let tiers = try await context.connect()
        let found = try await proving(in: tiers) { verifier, line in
            try await verifier.verify(run, collections: isNarrowed ? collections : nil, problems: problems) {
                line.show($0)
            }
        }
        let proof = try checked(found, run)
        let code = proof.parts.allSatisfy(\.isSound) ? ExitCode.ok : .leftBehind
        if context.global.json {
            print(code, at: tiers.clock, StructuredValue.Member("run", proof.structured))
        } else {
            context.console.output(RunProofText(proof, style: context.style).text)
        }
        if context.isQuiet {
            let text = RunProofText(proof)
            context.complain(
                proof.parts.map { part in
                    (part.collection, part.isSound ? nil : Failure(.leftBehind, text.verdict(of: part)))
                }
            )
        }
        return code
    }

    /// - Throws: `Failure`.
    private func proving<Proof>(
        in tiers: Tiers,
        _ body: (RunVerifier, ProgressLine) async throws -> Proof
    ) async throws -> Proof {
        let line = context.progress
        do {
            return try await body(RunVerifier(tiers: tiers, configuration: context.configuration), line)
        } catch {
            let adviser = PrivilegeAdviser(tiers: tiers, configuration: context.configuration)
            throw Failure(await adviser.explained(MigrationError(error), provingRunOn: collections))
        }
    }

    /// - Throws: `Failure` for a run that nobody knows or that did not work on the named collections.
    private func checked(_ proof: RunProof?, _ run: String) throws -> RunProof {
        guard let proof else {
            throw Failure(
                .usage,
                "no run \(run.shown) is known",
                hint: "\(AdvisedCommand.line("stats", "--history --days 36500")) lists the runs"
            )
        }
        guard !proof.parts.isEmpty else {
            let names = collections.map(\.name.shown).joined(separator: ", ")
            let hint = "without --collection all is verified"
            throw Failure(.usage, "run \(run.shown) did not work on \(names)", hint: hint)
        }
        return proof
    }

    // MARK: All runs

    private func proveJournal(_ days: Int?, _ problems: ProblemLog?) async throws -> ExitCode {
        let tiers = try await context.connect()
        let proof = try await proving(in: tiers) { verifier, line in
            try await verifier.verifyJournal(days: days, of: collections, problems: problems) { line.show($0) }
        }
        let code: ExitCode = proof.isSound ? .ok : .leftBehind
        let text = JournalProofText(proof, style: context.style)
        if context.global.json {
            print(code, at: tiers.clock, StructuredValue.Member("journal", proof.structured))
        } else {
            context.console.output(text.text)
        }
        if context.isQuiet, code != .ok { context.say(Failure(code, JournalProofText(proof).verdict)) }
        return code
    }

    /// Prints the one JSON document.
    private func print(
        _ code: ExitCode,
        at clock: ServerClock,
        _ result: StructuredValue.Member,
        isRecord: Bool = false
    ) {
        let document: StructuredValue = .object([
            StructuredValue.Member("schema_version", 1),
            StructuredValue.Member("command", .string(context.name.rawValue)),
            StructuredValue.Member("status", .string(code.status().rawValue)),
            StructuredValue.Member("timestamp", .date(milliseconds: clock.start)),
            result,
        ])
        context.console.output(verbatim: document.json() + "\n", isRecord: isRecord)
    }
}

extension ExitCode {
    /// The code of a collection's comparison.
    fileprivate init(_ comparison: TierComparison) {
        if let error = comparison.error {
            self.init(error)
        } else {
            self = comparison.isClean ? .ok : .leftBehind
        }
    }
}
