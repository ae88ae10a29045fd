internal import HotColdCore

/// `analyze`: tells where documents stand by their policies, or why one of them is where it is.
struct AnalyzeCommand: Command {
    private let context: CommandContext
    private let collections: [CollectionConfiguration]
    private let options: AnalyzeOptions

    /// - Throws: `Failure` for a collection that is not configured.
    init(_ options: AnalyzeOptions, in context: CommandContext) throws {
        self.context = context
        self.options = options
        collections = try context.collections(named: options.collections)
    }

    func run(_ interrupt: Interrupt) async throws -> ExitCode {
        switch options.question {
        case .survey(let days, let sample):
            let options = AnalysisOptions(asOf: options.asOfMilliseconds, whatIfDays: days, sample: sample)
            let report = try await context.reading(interrupt) { try await survey(options) }
            return show(report)
        case .document(let id):
            let explanations = try await context.reading(interrupt) { try await explain(RequestedID(id)) }
            return try show(explanations, id: id)
        }
    }

    // MARK: Collections

    private func survey(_ options: AnalysisOptions) async throws -> AnalysisReport {
        let tiers = try await context.connect(for: .passes)
        let analyzer = Analyzer(tiers: tiers, configuration: context.configuration)
        let adviser = PrivilegeAdviser(tiers: tiers, configuration: context.configuration)
        var report = AnalysisReport(
            timestamp: tiers.clock.start,
            asOf: options.asOf ?? tiers.clock.start,
            entries: []
        )
        for collection in collections {
            do {
                report.entries.append(
                    AnalysisReport.Entry(collection, .success(try await analyzer.analyze(collection, options)))
                )
            } catch {
                let reason = await adviser.explained(error, on: collection, doing: .reading) ?? error
                report.entries.append(AnalysisReport.Entry(collection, .failure(reason)))
            }
        }
        return report
    }

    private func show(_ report: AnalysisReport) -> ExitCode {
        let code = ExitCode.worst(report.entries.compactMap(\.error).map { ExitCode($0) })
        if context.global.json {
            let document = report.structured(status: code.status()) { ExitCode($0).rawValue }
            context.console.output(verbatim: document.json() + "\n")
        } else {
            context.console.output(AnalysisText(report, style: context.style).text)
        }
        context.complain(report.entries.map { ($0.collection.name, $0.error) })
        return code
    }

    // MARK: A document

    private func explain(_ id: RequestedID) async throws -> (asOf: Int64, found: [Explanation]) {
        let tiers = try await context.connect()
        let analyzer = Analyzer(tiers: tiers, configuration: context.configuration)
        var found: [Explanation] = []
        for collection in collections {
            do {
                found += try await analyzer.explain(id, in: collection, asOf: options.asOfMilliseconds)
            } catch {
                throw Failure(error)
            }
        }
        return (options.asOfMilliseconds ?? tiers.clock.start, found)
    }

    private func show(_ answer: (asOf: Int64, found: [Explanation]), id: String) throws -> ExitCode {
        guard !answer.found.isEmpty else {
            throw Failure(
                .leftBehind,
                "no document with the _id \(id.shown) in either tier of \(collections.map(\.name.shown).joined(separator: ", "))",
                hint: Failure.idHint
            )
        }
        if context.global.json {
            let document: StructuredValue = [
                "schema_version": 1, "command": "analyze", "status": "completed",
                "as_of": .date(milliseconds: answer.asOf), "explanations": .array(answer.found.map(\.structured)),
            ]
            context.console.output(verbatim: document.json() + "\n")
        } else {
            let texts = answer.found.map { ExplanationText($0, style: context.style).text }
            context.console.output(texts.joined(separator: "\n"))
        }
        return .ok
    }
}
