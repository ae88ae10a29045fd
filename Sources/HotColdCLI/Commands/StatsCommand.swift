internal import HotColdCore

/// `hotcold stats`: measures both tiers, and tells who has to be told.
struct StatsCommand: Command {
    let context: CommandContext
    let collections: [CollectionConfiguration]
    let options: StatsOptions.StorageOptions
    /// Where `sendmail` is found, and what it gets.
    let environment: [String: String]

    func run(_ interrupt: Interrupt) async throws -> ExitCode {
        let (tiers, snapshot) = try await context.reading(interrupt) { try await measure() }
        // From here on something is written: a signal no longer ends the process in the middle of it.
        var result = StatsResult(snapshot: snapshot)
        if case .file(let path) = options.prometheus {
            result.metricsFile = path
            do { try AtomicFile.write(snapshot.prometheusText, to: path) } catch {
                result.metricsFailure = Failure(error)
            }
        }
        if options.notifies, let address = context.configuration.monitoring.notificationEmail {
            result.notification = await notify(address, of: snapshot.storage, tiers, interrupt.stop)
        }
        result.interruption = interrupt.exitCode
        show(result)
        return result.code
    }

    private func measure() async throws -> (Tiers, MetricsSnapshot) {
        let configuration = context.configuration
        let tiers = try await context.connect()
        do {
            let storage = try await StorageCollector(tiers: tiers).report(on: collections, of: configuration)
            var snapshot = MetricsSnapshot(storage: storage, activities: [])
            guard options.prometheus != nil else { return (tiers, snapshot) }
            for collection in collections {
                let activity = try await CollectionActivity.read(
                    collection,
                    tiers: tiers,
                    configuration: configuration
                )
                snapshot.activities.append(activity)
            }
            return (tiers, snapshot)
        } catch {
            throw Failure(MigrationError(error))
        }
    }

    private func notify(
        _ address: String,
        of report: StorageReport,
        _ tiers: Tiers,
        _ stop: StopRequest
    ) async -> StatsResult.Notification {
        var notification = StatsResult.Notification(address: address)
        let ledger = AlertLedger(tiers: tiers, configuration: context.configuration)
        do {
            notification.told = try await ledger.settle(report) { change in
                let mail = AlertMailText(change, report, file: context.configuration.file).message(
                    to: address,
                    from: AlertMailText.sender(environment)
                )
                try await Sendmail.find(in: environment).send(mail, environment: environment, stop: stop)
            }
        } catch let error as DeliveryError {
            notification.failure = Failure(error)
        } catch {
            notification.failure = Failure(MigrationError(error))
        }
        return notification
    }

    private func show(_ result: StatsResult) {
        if options.prometheus == .standardOutput {
            context.console.output(result.snapshot.prometheusText)
        } else if context.global.json {
            context.console.output(result.structured.json() + "\n")
        } else {
            context.console.output(StatsText(result, style: context.style).text)
        }
        for failure in result.failures { context.console.error(failure.text) }
    }
}

extension CommandContext {
    /// `hotcold stats`, of storage or of past runs.
    ///
    /// - Throws: `Failure` for a collection that is not configured, and for a mail that nobody would get.
    func stats(_ options: StatsOptions, environment: [String: String]) throws -> any Command {
        let chosen = try collections(named: options.collections)
        switch options.subject {
        case .history(let days):
            return HistoryCommand(
                context: self,
                collections: options.collections.isEmpty ? nil : options.collections,
                days: days
            )
        case .storage(let storage):
            guard !storage.notifies || configuration.monitoring.notificationEmail != nil else {
                throw Failure(
                    .configuration,
                    "--notify: the configuration does not say who is to be told",
                    hint: #"add it: "monitoring": { "notification_email": "ops@example.com" }"#
                )
            }
            return StatsCommand(context: self, collections: chosen, options: storage, environment: environment)
        }
    }
}
