import Foundation
import TestSupport

/// A TCP proxy between hotcold and one server, by socat: frozen, it is a network that stalls; killed, one that breaks.
final class Proxy: Sendable {
    private let group: pid_t
    let port: Int

    /// Starts one in front of a port of this machine.
    ///
    /// - Parameter port: its own, nil for any; that of one that is gone.
    init(to target: Int, port: Int? = nil) async throws {
        self.port = try port ?? Self.freePort()
        // A session of its own, so that signals reach the process of every connection.
        var pid = pid_t()
        let listening = "TCP-LISTEN:\(self.port),bind=127.0.0.1,fork,reuseaddr,backlog=1024"
        let arguments = ["setsid", "socat", listening, "TCP:127.0.0.1:\(target)"]
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        guard posix_spawnp(&pid, "setsid", nil, nil, &pointers, environ) == 0 else { throw SuiteError("no setsid") }
        group = pid
        for _ in 0..<500 where !Self.listens(self.port) { try await Task.sleep(for: .milliseconds(10)) }
        guard Self.listens(self.port) else { throw SuiteError("socat does not listen") }
    }

    deinit {
        kill(-group, SIGKILL)
        waitpid(group, nil, 0)
    }

    func send(signal: Int32) { kill(-group, signal) }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    private static func freePort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let found = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(socket, generic, length) == 0 && getsockname(socket, generic, &length) == 0
            }
        }
        guard found else { throw SuiteError("no free port") }
        return Int(in_port_t(bigEndian: address.sin_port))
    }

    private static func listens(_ port: Int) -> Bool {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = address(port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
