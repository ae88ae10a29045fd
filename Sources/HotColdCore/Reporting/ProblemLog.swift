internal import Glibc
internal import Mongo
internal import ThreadSafety

/// Every problem of a command in a file, a JSON object a line, written as they occur: reports list the first only.
///
/// What was in the file before is gone from the start on, so that it is never taken for this command's. Only its owner may
/// read it: an `_id` can be a name or an address.
public final class ProblemLog: Sendable {
    /// The file.
    public let path: String

    private struct State {
        /// Nil once it is closed.
        var descriptor: Int32?
        var run: String?
        var written = 0
        var failure: SystemError?
    }

    private let state: Locked<State>

    /// Opens the file, empty.
    ///
    /// - Throws: `DeliveryError`, also for what is there and is no ordinary file.
    public init(path: String) throws(DeliveryError) {
        self.path = path
        let descriptor: Int32
        do throws(SystemError) {
            descriptor = try Self.open(path)
        } catch {
            let isOther = error.code == EEXIST
            let reason = isOther ? "is no ordinary file" : "can't be written: \(error.reason)"
            throw DeliveryError("\(path.inOneLine) \(reason)", hint: isOther ? "name another file" : error.advice)
        }
        state = Locked(State(descriptor: descriptor))
    }

    deinit { _ = close() }

    /// Opens without waiting for a reader of a pipe, and empties nothing but a file.
    private static func open(_ path: String) throws(SystemError) -> Int32 {
        guard !path.utf8.contains(0) else { throw SystemError(EINVAL) }
        // Lines of two commands with one file must not go into each other.
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        // Swift passes the path as a NUL-terminated copy that lives for the call.
        let descriptor = unsafe Glibc.open(path, flags, 0o600)
        guard descriptor >= 0 else {
            throw SystemError(errorNumber() == ELOOP || errorNumber() == ENXIO ? EEXIST : errorNumber())
        }
        var status = stat()
        var code: Int32 = 0
        if unsafe fstat(descriptor, &status) != 0 {
            code = errorNumber()
        } else if status.st_mode & S_IFMT != S_IFREG {
            code = EEXIST
        } else if ftruncate(descriptor, 0) != 0 {
            code = errorNumber()
        }
        guard code == 0 else {
            Glibc.close(descriptor)
            throw SystemError(code)
        }
        return descriptor
    }

    /// Says whose problems those are that come from now on.
    public func begin(_ run: String) { state.withLock { $0.run = run } }

    /// Writes problems of a collection.
    ///
    /// One that can't be written is the last that is tried; `close()` tells of it.
    func write(_ problems: [(id: BSONValue, kind: String, reason: String)], of collection: String) {
        guard !problems.isEmpty else { return }
        state.withLock { state in
            guard let descriptor = state.descriptor, state.failure == nil else { return }
            let run = state.run.map(StructuredValue.string) ?? .null
            let lines = problems.map { problem in
                let line: StructuredValue = [
                    "run_id": run, "collection": .string(collection), "id": .bson(problem.id),
                    "kind": .string(problem.kind), "reason": .string(problem.reason),
                ]
                return line.json(.compact) + "\n"
            }
            do throws(SystemError) {
                try writeAll(lines.joined(), to: descriptor)
                state.written += problems.count
            } catch {
                state.failure = error
            }
        }
    }

    /// Ends the file.
    ///
    /// - Returns: why it has not all problems; nil where it has.
    public func close() -> DeliveryError? {
        state.withLock { state in
            if let descriptor = state.descriptor {
                if fsync(descriptor) != 0, errorNumber() != EINVAL {
                    state.failure = state.failure ?? SystemError(errorNumber())
                }
                if Glibc.close(descriptor) != 0 { state.failure = state.failure ?? SystemError(errorNumber()) }
                state.descriptor = nil
            }
            return state.failure.map {
                let count = state.written.grouped
                return DeliveryError(
                    "\(path.inOneLine) has not all problems, but the first \(count): \($0.reason)",
                    hint: $0.advice
                )
            }
        }
    }
}
