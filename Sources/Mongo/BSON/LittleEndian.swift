internal import Glibc

extension ArraySlice<UInt8> {
    /// The fixed-width integer that starts `offset` bytes after the slice's start, or nil where the slice is shorter.
    @inline(__always)
    func littleEndian<T: FixedWidthInteger>(_: T.Type, at offset: Int = 0) -> T? {
        let width = MemoryLayout<T>.size
        guard offset >= 0, offset <= count - width else { return nil }
        return unsafe withUnsafeBytes { buffer in
            // In bounds by the guard above; unaligned loads are what BSON's packed layout needs.
            T(littleEndian: unsafe buffer.loadUnaligned(fromByteOffset: offset, as: T.self))
        }
    }
}

extension [UInt8] {
    /// Appends an integer in BSON's byte order.
    @inline(__always)
    mutating func appendLittleEndian<T: FixedWidthInteger>(_ value: T) {
        var little = value.littleEndian
        unsafe Swift.withUnsafeBytes(of: &little) { bytes in unsafe append(contentsOf: bytes) }
    }
}

/// Whether two runs of bytes are the same.
///
/// `==` on slices compares element by element; this is one `memcmp`.
@inline(__always)
public func sameBytes(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return unsafe left.withUnsafeBytes { leftBytes in
        unsafe right.withUnsafeBytes { rightBytes in
            guard let a = leftBytes.baseAddress, let b = rightBytes.baseAddress else { return true }
            // Both buffers have the length given, by the guard above.
            return unsafe memcmp(a, b, leftBytes.count) == 0
        }
    }
}
