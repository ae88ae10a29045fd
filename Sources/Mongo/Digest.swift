internal import CMongoC

/// SHA-256, from the library that the driver speaks TLS with.
public enum Digest {
    /// How many bytes a hash has.
    public static let length = 32

    /// The bytes of the hash.
    public static func sha256(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var digest: [UInt8] = []
        append(sha256: bytes, to: &digest)
        return digest
    }

    /// Appends the hash, or its first bytes, to others.
    public static func append(
        sha256 bytes: ArraySlice<UInt8>,
        prefix count: Int = length,
        to digests: inout [UInt8]
    ) {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length) { digest in
            unsafe bytes.withUnsafeBytes { buffer in
                let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
                // Reads `count` bytes, writes 32; null where an openssl.cnf has put SHA-256 out of use.
                guard unsafe SHA256(start, buffer.count, digest.baseAddress) != nil else {
                    fatalError("libcrypto refuses to compute SHA-256; look at openssl.cnf")
                }
            }
            unsafe digests.append(contentsOf: digest.prefix(count))
        }
    }
}
