import Foundation
import ThreadSafety

/// One output stream of a running program, collected by a thread so that the program never waits for its reader.
public final class ProcessOutput: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isComplete = false
        /// Each waits for the stream to hold some bytes, nil for its end.
        var waiting: [(wanted: [UInt8]?, continuation: CheckedContinuation<Bool, Never>)] = []

        /// Whether the wait for some bytes (or the end) is over, and how it ended; nil while it goes on.
        func answer(to wanted: [UInt8]?) -> Bool? {
            if let wanted, bytes.firstRange(of: wanted) != nil { return true }
            return isComplete ? wanted == nil : nil
        }
    }

    private let state = Locked(State())

    init() {}

    /// What has been written so far.
    public var text: String { String(decoding: state.withLock { $0.bytes }, as: UTF8.self) }

    /// Waits until the program has written some text, the only way to know where it is.
    ///
    /// - Returns: false when the stream ended without it.
    @discardableResult
    public func contains(_ text: String) async -> Bool { await wait(for: Array(text.utf8)) }

    /// Everything, once the program has closed the stream.
    func whole() async -> String {
        _ = await wait(for: nil)
        return text
    }

    /// Reads to the end on a thread of its own.
    ///
    /// `read` returns what is there, where `FileHandle.read` waits for more.
    func collect(from handle: FileHandle) {
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = read(handle.fileDescriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                append(buffer[..<count])
            }
            append(nil)
            try? handle.close()  // Read to its end: nothing can be lost.
        }
    }

    /// Adds what was read, nil at the end, and resumes those who waited for it.
    private func append(_ bytes: ArraySlice<UInt8>?) {
        let resumed = state.withLock { state in
            if let bytes { state.bytes += bytes } else { state.isComplete = true }
            let waiting = state.waiting.map { (waiter: $0, answer: state.answer(to: $0.wanted)) }
            state.waiting = waiting.filter { $0.answer == nil }.map(\.waiter)
            return waiting.compactMap { waiting in waiting.answer.map { (waiting.waiter.continuation, $0) } }
        }
        for (continuation, answer) in resumed { continuation.resume(returning: answer) }
    }

    private func wait(for wanted: [UInt8]?) async -> Bool {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state in
                let answer = state.answer(to: wanted)
                if answer == nil { state.waiting.append((wanted, continuation)) }
                return answer
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}
