/// Quantities in the units of reports, not rounded.
extension StructuredValue {
    /// Bytes in MB, which are 1024 × 1024 bytes as in the server's shell.
    static func megabytes(_ bytes: Int64) -> StructuredValue { .double(Double(bytes) / Double(1 << 20)) }

    /// Bytes in GB, which are 1024 MB.
    static func gigabytes(_ bytes: Int64) -> StructuredValue { .double(Double(bytes) / Double(1 << 30)) }

    /// A date in milliseconds since 1970 UTC, or null.
    static func date(_ milliseconds: Int64?) -> StructuredValue { milliseconds.map(StructuredValue.date) ?? .null }
}
