internal import CMongoC

/// Keeps the driver's counters to the process: what a program defines, its libraries find before the C library's.
///
/// Debian's libmongoc makes `/dev/shm/mongoc-PID` for `mongoc-stat`, and does so before `main`. Where that file is there,
/// left by a killed process of the same id or in use by one of another container, it complains on standard error:
/// cron would mail that. Neither its setting nor its log handler can be set so early.
@c(shm_open)
public func openCounters(name: UnsafePointer<CChar>, flags: CInt, mode: CUnsignedInt) -> CInt {
    unsafe hotcold_nameless_memory(name)
}
