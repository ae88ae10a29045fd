import Testing

@testable import HotColdCore

@Suite("Telling whether the holder of a lease is gone")
struct HostIdentityTests {
    private let here = HostIdentity.current

    private func other(machineID: String? = nil, bootID: String? = nil, pid: Int32? = nil) -> HostIdentity {
        HostIdentity(
            host: here.host,
            machineID: machineID ?? here.machineID,
            bootID: bootID ?? here.bootID,
            pid: pid ?? here.pid
        )
    }

    /// This process as it would be on a machine with an identity.
    private var installed: HostIdentity {
        HostIdentity(host: here.host, machineID: "a-machine", bootID: here.bootID, pid: here.pid)
    }

    /// Whether another process is known to be gone that was not heard of for half a minute, an hour after the boot.
    private func isGone(
        _ other: HostIdentity,
        for observer: HostIdentity? = nil,
        silentFor silence: Duration = .seconds(30),
        uptime: Duration = .seconds(3600)
    ) -> Bool {
        (observer ?? here).isCertainlyDead(other, silentFor: silence, uptime: uptime)
    }

    @Test("This process is alive")
    func alive() { #expect(!isGone(here)) }

    @Test("A process id that nobody has is gone")
    func gone() { #expect(isGone(other(pid: .max))) }

    @Test("What is no process id says nothing", arguments: [0, -1, -2_000_000_000, .min] as [Int32])
    func nobody(pid: Int32) { #expect(!isGone(other(pid: pid))) }

    @Test("Where boot or namespace can't be told, nothing can", arguments: ["unknown/pid:[1]", "unknown/unknown"])
    func untold(bootID: String) {
        let somewhere = other(bootID: bootID, pid: .max)
        #expect(!isGone(somewhere) && !isGone(somewhere, for: somewhere))
        let elsewhere = other(machineID: "a-machine", bootID: bootID)
        #expect(!isGone(elsewhere, for: installed, silentFor: .seconds(50), uptime: .seconds(40)))
    }

    /// What was not heard of since the boot, long enough after it; seconds of silence and of uptime.
    private static let silences: [(silence: Int, uptime: Int, isGone: Bool)] = [
        (50, 40, true), (40, 40, true),
        // Heard of since: a clone of this machine.
        (39, 40, false), (5, 40, false), (5, 1_000_000, false), (-5, 40, false),
        // A clone that lives is heard of every 20 s, and was perhaps just before this one was booted.
        (10, 5, false), (30, 20, false), (30, 30, false),
    ]

    @Test("A process from before the last boot is gone, unless it was heard of since", arguments: silences)
    func rebooted(silence: Int, uptime: Int, isGone: Bool) {
        let before = other(machineID: "a-machine", bootID: "another-boot/pid:[1]")
        let told = self.isGone(before, for: installed, silentFor: .seconds(silence), uptime: .seconds(uptime))
        #expect(told == isGone)
    }

    @Test("A process on another machine of the same name may be alive")
    func namesake() {
        let other = other(machineID: "another-machine", bootID: "another-boot/pid:[1]")
        #expect(!isGone(other, for: installed, silentFor: .seconds(50), uptime: .seconds(40)))
    }

    @Test("Where machines have no identity, another boot may be another machine")
    func anonymous() {
        let nameless = HostIdentity(host: here.host, machineID: "", bootID: here.bootID, pid: here.pid)
        let other = other(machineID: "", bootID: "another-boot/pid:[1]")
        #expect(!isGone(other, for: nameless, silentFor: .seconds(50), uptime: .seconds(40)))
    }

    @Test("A process in another container of the same host may be alive, whatever its id")
    func container() {
        let boot = here.bootID.prefix { $0 != "/" }
        #expect(!isGone(other(bootID: "\(boot)/pid:[1]", pid: .max)))
    }
}

@Suite("Names of runs")
struct RunIDTests {
    @Test("They begin with the time and sort by it")
    func sortable() {
        let early = RunID.make(at: 1_795_363_200_000)
        #expect(early.hasPrefix("20261122T160000Z-"))
        #expect(early < RunID.make(at: 1_795_363_201_000))
    }

    @Test("Two of the same moment differ")
    func unique() {
        #expect(Set((0..<1000).map { _ in RunID.make(at: 0) }).count > 990)
    }
}
