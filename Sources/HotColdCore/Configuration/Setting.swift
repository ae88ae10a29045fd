/// A value and where it comes from, for what is said about it later.
struct Setting<Value: Sendable>: Sendable {
    let value: Value
    let origin: SettingOrigin
}

/// Where a value was given.
enum SettingOrigin: Sendable {
    case file(keyPath: String, range: Range<Int>)
    case environment(String)
    case option(String)

    /// ` (from COLD_THRESHOLD_DAYS)` where the reader of a file would look in vain for the value.
    var remark: String {
        switch self {
        case .file(let keyPath, _): " (from \(keyPath))"
        case .environment(let name), .option(let name): " (from \(name))"
        }
    }
}
