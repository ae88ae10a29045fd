import HotColdCore
import Testing

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

    @Test("This process is alive")
    func alive() { #expect(!here.isCertainlyDead(here)) }

    @Test("A process id that nobody has is gone")
    func gone() { #expect(here.isCertainlyDead(other(pid: .max))) }

    @Test("What is no process id says nothing", arguments: [0, -1, -2_000_000_000, .min] as [Int32])
    func nobody(pid: Int32) { #expect(!here.isCertainlyDead(other(pid: pid))) }

    @Test("Where boot or namespace can't be told, nothing can", arguments: ["unknown/pid:[1]", "unknown/unknown"])
    func untold(bootID: String) {
        let somewhere = other(bootID: bootID, pid: .max)
        #expect(!here.isCertainlyDead(somewhere) && !somewhere.isCertainlyDead(somewhere))
        #expect(!installed.isCertainlyDead(other(machineID: "a-machine", bootID: bootID)))
    }

    @Test("A process from before the last boot is gone")
    func rebooted() {
        #expect(installed.isCertainlyDead(other(machineID: "a-machine", bootID: "another-boot/pid:[1]")))
    }

    @Test("A process on another machine of the same name may be alive")
    func namesake() {
        #expect(!installed.isCertainlyDead(other(machineID: "another-machine", bootID: "another-boot/pid:[1]")))
    }

    @Test("Where machines have no identity, another boot may be another machine")
    func anonymous() {
        let nameless = HostIdentity(host: here.host, machineID: "", bootID: here.bootID, pid: here.pid)
        #expect(!nameless.isCertainlyDead(other(machineID: "", bootID: "another-boot/pid:[1]")))
    }

    @Test("A process in another container of the same host may be alive, whatever its id")
    func container() {
        let boot = here.bootID.prefix { $0 != "/" }
        #expect(!here.isCertainlyDead(other(bootID: "\(boot)/pid:[1]", pid: .max)))
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
