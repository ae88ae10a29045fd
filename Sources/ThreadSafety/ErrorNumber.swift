internal import Glibc

/// The `errno` of the last call to the C library on this thread.
///
/// Never inlined: the address of a thread's `errno` counts as constant, and would be kept across a suspension after which an
/// async function is on another thread.
@inline(never)
public func errorNumber() -> Int32 { errno }
