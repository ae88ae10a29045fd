internal import Glibc
internal import ThreadSafety

/// What a system call answered.
package struct SystemError: Error, Hashable {
    /// The value of `errno`.
    let code: Int32

    init(_ code: Int32) { self.code = code }

    /// The C library's words for it.
    var reason: String {
        // A static or thread-local string of the C library, copied at once.
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}

/// Writes all of a text to a file; blocks, and a signal does not disturb it.
func writeAll(_ text: String, to descriptor: Int32) throws(SystemError) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
        // The buffer lives for the call, and its length goes with it.
        let count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errorNumber() == EINTR { continue }
        guard count > 0 else { throw SystemError(errorNumber()) }
        bytes = bytes.dropFirst(count)
    }
}
