internal import Glibc
internal import ThreadSafety

/// Replaces a file in one step: whoever reads it sees the old text or the new one, and never a part.
public enum AtomicFile {
    /// Writes a file with mode 0644; blocks until it is on disk.
    ///
    /// The text goes to a temporary file in the same directory, which then takes the name. On failure the old file is
    /// as it was, and no temporary one is left.
    ///
    /// - Throws: `DeliveryError`.
    public static func write(_ text: String, to path: String) throws(DeliveryError) {
        do throws(SystemError) {
            try replace(path, by: text)
        } catch {
            throw DeliveryError("\(path.inOneLine) can't be written: \(error.reason)", hint: error.advice)
        }
    }

    private static func replace(_ path: String, by text: String) throws(SystemError) {
        guard !path.utf8.contains(0) else { throw SystemError(EINVAL) }
        var status = stat()
        // Swift passes paths as NUL-terminated copies that live for the call. The name of a device, or of a link to one
        // as /dev/stdout is, would be replaced by a file.
        if unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw SystemError(status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EEXIST)
        }
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        // Not the name with something behind it: the result may be as long as names can be.
        let temporary = "\(directory)/.hotcold-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).tmp"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError(errorNumber()) }
        do throws(SystemError) {
            try fill(descriptor, with: text)
            guard unsafe rename(temporary, path) == 0 else { throw SystemError(errorNumber()) }
        } catch {
            unsafe unlink(temporary)
            throw error
        }
        try synchronize(directory)
    }

    /// Writes the text, makes the file readable for all whatever the umask is, and closes it.
    private static func fill(_ descriptor: Int32, with text: String) throws(SystemError) {
        do throws(SystemError) {
            try writeAll(text, to: descriptor)
            guard fchmod(descriptor, 0o644) == 0, fsync(descriptor) == 0 else { throw SystemError(errorNumber()) }
        } catch {
            close(descriptor)
            throw error
        }
        guard close(descriptor) == 0 else { throw SystemError(errorNumber()) }
    }

    /// Makes the new name durable, where the file system can do that.
    private static func synchronize(_ directory: String) throws(SystemError) {
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // A directory that may be written and not be read: the name is there, if not yet for good.
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errorNumber() == EINVAL else { throw SystemError(errorNumber()) }
    }
}

extension SystemError {
    /// What to do about a file that can't be written.
    var advice: String? {
        switch code {
        case EEXIST: "it is there and is no ordinary file; - stands for standard output"
        case ENOENT: "its directory must exist"
        case EACCES, EPERM, EROFS: "the directory must be writable for the user that hotcold runs as"
        default: nil
        }
    }
}
