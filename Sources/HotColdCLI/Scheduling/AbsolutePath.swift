internal import Glibc

/// The paths that a schedule names: they must lead to the same files from anywhere, and every day.
enum AbsolutePath {
    /// The file that this process runs.
    ///
    /// - Throws: `Failure` where it has gone from its place.
    static func ofExecutable() throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        // The buffer and its length go together.
        let length = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        // Swift passes the path as a NUL-terminated copy that lives for the call.
        guard length > 0, unsafe access(path, X_OK) == 0 else {
            throw Failure(.usage, "this executable is no longer where it was started", hint: "run the new one")
        }
        return path
    }

    /// A file by the path that it was read at, relative or not.
    ///
    /// Links in the name of its directory are followed, the file itself may be one: it is often replaced by another.
    ///
    /// - Throws: `Failure` where the path leads to no ordinary file.
    static func ofFile(_ path: String) throws -> String {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let name = slash.map { path[path.utf8.index(after: $0)...] } ?? path[...]
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        var status = stat()
        // The C library allocates the result, which is copied and freed.
        if let resolved = unsafe realpath(directory, nil) {
            defer { unsafe free(resolved) }
            let directory = unsafe String(cString: resolved)
            let absolute = (directory == "/" ? "" : directory) + "/" + name
            // Also where the name is no UTF-8 and was repaired.
            if unsafe stat(absolute, &status) == 0, status.st_mode & S_IFMT == S_IFREG { return absolute }
        }
        throw Failure(
            .usage,
            "\(path.shown) is no ordinary file, and may be gone when the schedule needs it",
            hint: "name a file with --config"
        )
    }
}
