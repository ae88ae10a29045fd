import HotColdCore
import Testing
import ThreadSafety

@Suite("Asking a run to stop", .timeLimit(.minutes(1)))
struct StopRequestTests {
    @Test("The first reason stands, unless it leaves time and a later one does not")
    func firstReason() {
        let reasons: [(first: StopReason, then: StopReason, reason: StopReason)] = [
            (.limit, .duration, .limit), (.duration, .signal, .signal), (.window, .failure, .failure),
            (.differingBytes, .leaseLost, .leaseLost), (.signal, .duration, .signal), (.failure, .signal, .failure),
            (.leaseLost, .signal, .leaseLost),
        ]
        for (first, then, reason) in reasons {
            let stop = StopRequest()
            let part = stop.part()
            stop.request(first)
            stop.request(then)
            #expect(stop.reason == reason && part.reason == reason, "\(first), then \(then)")
        }
    }

    @Test("Whoever observes hears of the first reason and of weightier ones")
    func observed() {
        let stop = StopRequest()
        let heard = Locked<[StopReason]>([])
        stop.observe { reason in heard.withLock { $0.append(reason) } }
        for reason in [StopReason.limit, .duration, .signal, .failure] { stop.request(reason) }
        stop.observe { reason in heard.withLock { $0.append(reason) } }
        #expect(heard.withLock(\.self) == [.limit, .signal, .signal])
    }

    @Test("A stop of the whole is one of its parts, now and later")
    func parts() {
        let whole = StopRequest()
        let early = whole.part()
        whole.request(.signal)
        #expect(early.reason == .signal)
        #expect(whole.part().reason == .signal)
    }

    @Test("A stop of a part is none of the whole")
    func partOnly() {
        let whole = StopRequest()
        whole.part().request(.limit)
        #expect(whole.reason == nil)
    }

    @Test("A part whose work has ended is not kept")
    func endedPart() {
        let whole = StopRequest()
        weak let ended = whole.part()
        #expect(ended == nil)
    }

    @Test("A request ends a wait that would last for ever")
    func wakes() async {
        let stop = StopRequest()
        async let finished = stop.sleep(for: .seconds(3600))
        stop.request(.signal)
        #expect(await !finished)
    }

    @Test("Without a request the whole time passes")
    func passes() async {
        #expect(await StopRequest().sleep(for: .milliseconds(1)))
    }

    @Test("Many waits at once all end")
    func manyWaits() async {
        let stop = StopRequest()
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 { group.addTask { await stop.sleep(for: .seconds(3600)) } }
            stop.request(.signal)
            for await finished in group { #expect(!finished) }
        }
    }
}
