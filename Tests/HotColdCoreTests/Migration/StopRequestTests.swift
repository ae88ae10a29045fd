import HotColdCore
import Testing

@Suite("Asking a run to stop", .timeLimit(.minutes(1)))
struct StopRequestTests {
    @Test("The first reason stands")
    func firstReason() {
        let stop = StopRequest()
        stop.request(.limit)
        stop.request(.signal)
        #expect(stop.reason == .limit)
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
