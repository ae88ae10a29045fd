internal import HotColdCore

/// `hotcold stats`: measures both tiers, and tells who has to be told.
struct StatsCommand: Command {
    let context: CommandContext
    let collections: [CollectionConfiguration]
    let options: StatsOptions.StorageOptions
    func run(_ interrupt: Interrupt) async throws -> ExitCode {
        let (tiers, snapshot) = try await context.reading(interrupt) { try await measure() }
        // From here on something is written: a signal no longer ends the process in the middle of it.
        tiers.hurry(at: interrupt.stop)
        var result = StatsResult(snapshot: snapshot)
        if case .file(let path) = options.prometheus {
            result.metricsFile = path
            do { try AtomicFile.write(snapshot.prometheusText, to: path) } catch {
                result.metricsFailure = Failure(error)
            }
        }
        if options.notifies { result.notification = await notify(of: snapshot.storage, tiers, interrupt.stop) }
        result.interruption = interrupt.exitCode
        show(result)
        return result.code
    }

    private func measure() async throws -> (Tiers, MetricsSnapshot) {
        let configuration = context.configuration
        let tiers = try await context.connect()
        do {
            var storage = try await StorageCollector(tiers: tiers).report(on: collections, of: configuration)
            let adviser = PrivilegeAdviser(tiers: tiers, configuration: configuration)
            for index in storage.collections.indices { await adviser.explain(&storage.collections[index]) }
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
        of report: StorageReport,
        _ tiers: Tiers,
        _ stop: StopRequest
    ) async -> StatsResult.Notification {
        let address = context.configuration.monitoring.notificationEmail
        var notification = StatsResult.Notification(address: address)
        let ledger = AlertLedger(tiers: tiers, configuration: context.configuration)
        do {
            notification.told = try await ledger.settle(report) { change in
                // Whatever becomes of the mail: the one way must not fail with the other.
                await tellProgram(change, report, stop)
                if let address { try await send(change, report, to: address, stop) }
            }
        } catch let error as DeliveryError {
            notification.failure = Failure(error)
        } catch {
            notification.failure = Failure(MigrationError(error))
        }
        return notification
    }

    private func send(
        _ change: AlertChange,
        _ report: StorageReport,
        to address: String,
        _ stop: StopRequest
    ) async throws(DeliveryError) {
        let environment = context.environment
        let mail = AlertMailText(change, report, file: context.configuration.file).message(
            to: address,
            from: AlertMailText.sender(environment)
        )
        try await Sendmail.find(in: environment).send(mail, environment: environment, stop: stop)
    }

    private func tellProgram(_ change: AlertChange, _ report: StorageReport, _ stop: StopRequest) async {
        let document = report.structured(status: .completed) { ExitCode($0).rawValue }
        await context.tell(
            of: .alert,
            report: document.json() + "\n",
            variables: [
                "HOTCOLD_ALERT": change.watch.kind.rawValue, "HOTCOLD_ALERT_CHANGE": change.isOver ? "over" : "raised",
            ],
            stop: stop
        )
    }

    private func show(_ result: StatsResult) {
        if options.prometheus == .standardOutput {
            context.console.output(verbatim: result.snapshot.prometheusText)
        } else if context.global.json {
            context.console.output(verbatim: result.structured.json() + "\n")
        } else {
            context.console.output(StatsText(result, style: context.style).text)
        }
        for failure in result.failures { context.say(failure) }
    }
}

extension PrivilegeAdviser {
    /// Says of tiers that could not be measured what their users lack.
    fileprivate func explain(_ storage: inout CollectionStorage) async {
        for tier in [\CollectionStorage.hot, \.cold] {
            let error = await explained(storage[keyPath: tier].error, on: storage.collection, doing: .reading)
            if let error { storage[keyPath: tier].outcome = .failed(error) }
        }
    }
}

extension CommandContext {
    /// `hotcold stats`, of storage or of past runs.
    ///
    /// - Throws: `Failure` for a collection that is not configured, and for a mail that nobody would get.
    func stats(_ options: StatsOptions) throws -> any Command {
        let chosen = try collections(named: options.collections)
        switch options.subject {
        case .history(let days):
            return HistoryCommand(
                context: self,
                collections: options.collections.isEmpty ? nil : options.collections,
                days: days
            )
        case .storage(let storage):
            let isSomebodyTold =
                configuration.monitoring.notificationEmail != nil || configuration.hooks.commands[.alert] != nil
            guard !storage.notifies || isSomebodyTold else {
                throw Failure(
                    .configuration,
                    "--notify: the configuration does not say who is to be told",
                    hint:
                        #"add it: "monitoring": { "notification_email": "ops@example.com" }, or a program as on_event.alert"#
                )
            }
            return StatsCommand(context: self, collections: chosen, options: storage)
        }
    }
}
