import Glibc
import Testing

/// A folder of its own for a test, gone with it.
final class TemporaryFolder {
    /// Where it is.
    let path: String
    private var files: [String] = []

    /// Makes it.
    init() {
        var template = Array("/tmp/hotcold-test-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress, let name = mkdtemp(base) else { fatalError("no temporary folder") }
            return String(cString: name)
        }
    }

    deinit {
        for file in files { unlink(file) }
        rmdir(path)
    }

    /// Writes a file and answers with its path.
    func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

    /// Writes a file and answers with its path.
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = "\(path)/\(name)"
        let stream = try #require(fopen(file, "w"))
        defer { fclose(stream) }
        try #require(fwrite(bytes, 1, bytes.count, stream) == bytes.count)
        files.append(file)
        return file
    }
}
