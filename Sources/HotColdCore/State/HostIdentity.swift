internal import Glibc
internal import ThreadSafety

/// Who holds a lease: enough to tell whether a holder on this machine is still alive.
public struct HostIdentity: Sendable, Equatable {
    /// The host's name.
    public var host: String
    /// The installation of the operating system (`/etc/machine-id`); empty where it has none.
    public var machineID: String
    /// The boot of the kernel and the namespace of process ids: a pid means something only within both.
    public var bootID: String
    /// The process.
    public var pid: Int32

    /// Creates an identity.
    public init(host: String, machineID: String, bootID: String, pid: Int32) {
        self.host = host
        self.machineID = machineID
        self.bootID = bootID
        self.pid = pid
    }

    /// This process.
    public static let current = HostIdentity(
        host: hostName(),
        machineID: contents(of: "/etc/machine-id") ?? "",
        bootID: (contents(of: "/proc/sys/kernel/random/boot_id") ?? unknown) + "/" + processNamespace(),
        pid: getpid()
    )

    /// Whether it is certain that the other process is gone.
    ///
    /// It ran under this very boot, in this namespace of process ids, and nobody has its id now; or on this host before
    /// the last boot. Host names alone say nothing: many machines are called localhost, and clones share a name. A clone
    /// of this machine shares its identity too and has another boot; what lives there is heard of.
    ///
    /// - Parameters:
    ///   - silence: for how long it has not been heard of.
    ///   - uptime: how long this host is up, its own sleep included.
    package func isCertainlyDead(
        _ other: HostIdentity,
        silentFor silence: Duration,
        uptime: Duration = MachineClock.uptime
    ) -> Bool {
        guard isKnown, other.isKnown else { return false }
        // What is no process id would be asked about groups of processes.
        if bootID == other.bootID { return other.pid > 0 && kill(other.pid, 0) != 0 && errorNumber() == ESRCH }
        let isSameHost = host == other.host && !machineID.isEmpty && machineID == other.machineID
        // Under the same boot and in another namespace of process ids, a container, it may well be alive.
        guard isSameHost, Self.boot(bootID) != Self.boot(other.bootID) else { return false }
        return silence >= uptime && uptime > Self.longestSilence
    }

    /// Who lives is heard of more often, even on a busy machine.
    private static let longestSilence = Lease.heartbeat * 1.5

    /// Whether boot and namespace are: without `/proc` every host would seem to be the same.
    private var isKnown: Bool { bootID.split(separator: "/").allSatisfy { $0 != Self.unknown } }

    private static let unknown = "unknown"

    private static func boot(_ id: String) -> Substring { id.prefix { $0 != "/" } }

    private static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func processNamespace() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        let length = unsafe readlink("/proc/self/ns/pid", &buffer, buffer.count)
        guard length > 0 else { return unknown }
        return String(decoding: buffer.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func contents(of path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 256)
        let length = unsafe read(descriptor, &buffer, buffer.count)
        guard length > 0 else { return nil }
        let text = String(decoding: buffer.prefix(length), as: UTF8.self)
        return String(text.prefix { !$0.isWhitespace })
    }
}
