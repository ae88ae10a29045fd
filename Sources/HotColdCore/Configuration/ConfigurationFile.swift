internal import Glibc
internal import ThreadSafety

/// Reads a small file at once, without Foundation, which takes longer to load than the rest of `--help`.
enum ConfigurationFile {
    /// What came of it.
    enum Outcome {
        /// The bytes of the file.
        case content([UInt8])
        /// There is no such file.
        case missing
        /// There is one, and this is why it can't be used.
        case unreadable(String)
    }

    /// No configuration is larger; a disk image named by mistake is.
    private static let maximumSize = 16 << 20

    /// Reads the file at a path; blocks, and a signal does not disturb it.
    static func read(_ path: String) -> Outcome {
        guard !path.utf8.contains(0) else { return .missing }
        // Swift passes the path as a NUL-terminated copy that lives for the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let error = SystemError(errorNumber())
            return [ENOENT, ENOTDIR].contains(error.code) ? .missing : .unreadable("can't be opened: \(error.reason)")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= maximumSize {
            // The buffer outlives the call, and its length goes with it.
            let count = unsafe chunk.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            }
            if count == 0 { return .content(bytes) }
            if count > 0 {
                bytes.append(contentsOf: chunk[..<count])
            } else if errorNumber() != EINTR {
                return .unreadable("can't be read: \(SystemError(errorNumber()).reason)")
            }
        }
        return .unreadable("has more than \(maximumSize >> 20) MiB, so it is no configuration")
    }
}
