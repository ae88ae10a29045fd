import Glibc
import Mongo

// A shop's database to try hotcold on. See `Arguments.usage`.

do {
    let arguments = try Arguments(CommandLine.arguments.dropFirst())
    if arguments.wantsHelp {
        print(Arguments.usage)
        exit(0)
    }
    Driver.start()
    let shop = try Shop(arguments)
    try await shop.fill()
} catch {
    complain("sample-data: \(error)")
    switch error {
    case is UsageError: exit(64)
    case let error as MongoError where error.isRefusal: exit(77)
    case let error as MongoError where error.kind == .invalidURI: exit(64)
    case let error as MongoError where error.isTransient: exit(69)
    default: exit(1)
    }
}

/// Writes a line to standard error.
func complain(_ line: String) {
    let text = Array("\(line)\n".utf8)
    // The array lives for the call.
    unsafe _ = write(STDERR_FILENO, text, text.count)
}
