// fuzzing                                         prints the names of the targets
// fuzzing TARGET CORPUS [OPTION OF libFuzzer]...  fuzzes one, with its seeds added to the corpus
// fuzzing TARGET FILE                             runs one input

import Foundation

/// libFuzzer's entry for programs that have a `main` of their own (FuzzerInterface.h).
@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ runOne: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// What libFuzzer calls for each input; it insists on the name.
@_cdecl("LLVMFuzzerTestOneInput")
func runOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

guard CommandLine.arguments.count > 2 else {
    print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
    exit(0)
}
let target = FuzzTarget.named(CommandLine.arguments[1])
let corpus = URL(fileURLWithPath: CommandLine.arguments[2])
if corpus.hasDirectoryPath {
    for (index, seed) in target.seeds().enumerated() {
        try Data(seed).write(to: corpus.appendingPathComponent("seed-\(index)"))
    }
}

// Without the target's name, which libFuzzer would take for a file.
let rest = [CommandLine.arguments[0]] + CommandLine.arguments.dropFirst(2)
var count = CInt(rest.count)
var arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: rest.count + 1)
arguments.initialize(repeating: nil, count: rest.count + 1)
for (index, argument) in rest.enumerated() { arguments[index] = strdup(argument) }
exit(runDriver(&count, &arguments, runOneInput))
