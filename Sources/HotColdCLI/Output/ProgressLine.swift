internal import HotColdCore
internal import ThreadSafety

/// Shows how far a run is, on standard error, and what it waits for where nothing goes on.
///
/// One line rewritten on a terminal, a line every ten seconds elsewhere, a line for each batch where everything is to be
/// said.
final class ProgressLine: Sendable {
    private struct State {
        var shownAt: ContinuousClock.Instant?
        var toldOfWaitAt: ContinuousClock.Instant?
    }

    private let console: Console
    private let verbosity: GlobalOptions.Verbosity
    private let started = ContinuousClock.now
    private let state = Locked(State())

    init(console: Console, verbosity: GlobalOptions.Verbosity) {
        self.console = console
        self.verbosity = verbosity
    }

    /// Shows a state, unless one was shown a moment ago.
    func show(_ progress: Progress) { show { Self.text(progress) } }

    /// Shows how far a verification is, unless that was shown a moment ago.
    func show(_ progress: VerificationProgress) { show { Self.text(progress) } }

    // MARK: Waiting

    /// How long a server may take for an answer before that is told.
    private static let patience = Duration.seconds(5)

    /// Says what the process waits for, where that takes long, until cancelled.
    func tellOfWaits() async {
        guard verbosity != .quiet else { return }
        while true {
            do { try await Task.sleep(for: .seconds(1)) } catch { return }  // Cancelled: the command has ended.
            if let waiting = Waiting.forServer(longerThan: Self.patience) { show(waiting) }
        }
    }

    /// On a terminal the line counts the seconds; elsewhere there is one a minute.
    private func show(_ waiting: Waiting) {
        state.withLock { state in
            if console.errorIsTerminal, verbosity != .verbose { return rewrite(Self.text(waiting)) }
            let now = ContinuousClock.now
            if let told = state.toldOfWaitAt, now - told < .seconds(60) { return }
            state.toldOfWaitAt = now
            console.error(Self.text(waiting) + "\n")
        }
    }

    static func text(_ waiting: Waiting) -> String {
        "waiting for \(waiting.what), \(Quantity.duration(waiting.duration))"
    }

    // MARK: Writing

    private func rewrite(_ text: String) { console.errorLine(String(text.prefix(max(20, console.width - 1)))) }

    private func show(_ describe: () -> String) {
        guard verbosity != .quiet else { return }
        if verbosity == .verbose { return console.error(describe() + "\n") }
        let isTerminal = console.errorIsTerminal
        let interval: Duration = isTerminal ? .milliseconds(200) : .seconds(10)
        state.withLock { state in
            let now = ContinuousClock.now
            guard now - (state.shownAt ?? (isTerminal ? started - interval : started)) >= interval else { return }
            state.shownAt = now
            if isTerminal { rewrite(describe()) } else { console.error(describe() + "\n") }
        }
    }

    static func text(_ progress: Progress) -> String {
        let moved = progress.counts.migrated
        let rate = progress.elapsed > .zero ? Double(moved) / progress.elapsed.seconds : 0
        let name = progress.collection.harmless
        var text = "\(name): \(Quantity.count(moved)) of \(Quantity.documents(progress.eligible))"
        if progress.eligible > 0 { text += " (\(min(100, moved * 100 / progress.eligible)) %)" }
        let counts = progress.counts
        let left = Quantity.parts(
            [(counts.conflicts, "conflict\(counts.conflicts == 1 ? "" : "s")"), (counts.failed, "failed")],
            separator: ", "
        )
        if !left.isEmpty { text += ", \(left)" }
        text += ", \(Quantity.bytes(progress.bytes)), \(Quantity.count(Int(rate)))/s"
        if let rest = progress.rest, rest.reason != .nice {
            return text + ", \(rest.isPause ? "paused" : "slowed down"): \(rest.detail)"
        }
        let ahead = progress.eligible - counts.decided
        if rate > 0, ahead > 0 { text += ", \(Quantity.duration(.seconds(Double(ahead) / rate))) left" }
        return text
    }

    static func text(_ progress: VerificationProgress) -> String {
        let rate = progress.elapsed > .zero ? Double(progress.looked) / progress.elapsed.seconds : 0
        var text = "\(progress.collection.harmless): looked at \(Quantity.count(progress.looked)) of"
        text += " \(Quantity.documents(max(progress.total, progress.looked))), \(Quantity.count(Int(rate)))/s"
        let left = progress.total - progress.looked
        if rate > 0, left > 0 { text += ", \(Quantity.duration(.seconds(Double(left) / rate))) left" }
        return text
    }
}
