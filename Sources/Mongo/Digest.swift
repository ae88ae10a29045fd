internal import CMongoC

/// SHA-256, from the library that the driver speaks TLS with.
public enum Digest {
    /// The 32 bytes of the hash.
    public static func sha256(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        unsafe bytes.withUnsafeBytes { buffer in
            // Reads `count` bytes, writes 32.
            unsafe _ = SHA256(buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), buffer.count, &digest)
        }
        return digest
    }
}
