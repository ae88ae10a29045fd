internal import CMongoC
internal import Glibc
internal import ThreadSafety

extension ConnectionString {
    /// What is wrong with the files that the string names; nil where nothing is.
    ///
    /// The driver says of none of them what it is: it searches for a server until its time is over, and OpenSSL asks the
    /// terminal for the password of a key a dozen times. Blocks while it reads them.
    func objectionToFiles() throws -> String? {
        let uri = try unsafe Self.parse(text)
        defer { unsafe mongoc_uri_destroy(uri) }
        let hasPassword = unsafe Self.option(MONGOC_URI_TLSCERTIFICATEKEYFILEPASSWORD, of: uri) != nil
        let files = [
            ("tlsCAFile", MONGOC_URI_TLSCAFILE, nil),
            ("tlsCertificateKeyFile", MONGOC_URI_TLSCERTIFICATEKEYFILE, hasPassword),
        ]
        for (name, option, hasPassword) in files {
            guard let path = unsafe Self.option(option, of: uri) else { continue }
            let reason = PEMFile.read(path).objection(asKeyWithPassword: hasPassword)
            if let reason { return "\(name) \(path): \(reason)" }
        }
        return nil
    }

    private static func option(_ name: String, of uri: OpaquePointer) -> String? {
        unsafe mongoc_uri_get_option_as_utf8(uri, name, nil).map { unsafe String(cString: $0) }
    }
}

/// A file of certificates and keys in PEM (RFC 7468), as far as it can be told without reading what it encodes.
enum PEMFile: Equatable {
    case text(String)
    /// The system's reason why it can't be read.
    case unreadable(String)

    /// Reads a file.
    static func read(_ path: String) -> PEMFile {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return .unreadable(unsafe String(cString: strerror(errorNumber()))) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < limit {
            let count = unsafe Glibc.read(descriptor, &part, part.count)
            guard count >= 0 else { return .unreadable(unsafe String(cString: strerror(errorNumber()))) }
            guard count > 0 else { break }
            bytes += part.prefix(count)
        }
        return .text(String(decoding: bytes, as: UTF8.self))
    }

    /// Bundles of all authorities have some hundred kilobytes.
    private static let limit = 8 << 20

    /// Why it can't be what it is named as; nil where it may.
    ///
    /// - Parameter asKeyWithPassword: whether there is a password for the key that it has to have; nil where it need not
    ///   have one.
    func objection(asKeyWithPassword hasPassword: Bool?) -> String? {
        switch self {
        case .unreadable(let reason): return reason
        case .text(let text):
            guard text.contains("CERTIFICATE-----") else { return "it has no certificate in PEM" }
            guard let hasPassword else { return nil }
            guard text.contains("PRIVATE KEY-----") else { return "it has no private key" }
            let isEncrypted = text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED")
            return isEncrypted && !hasPassword ? "its key is encrypted: tlsCertificateKeyFilePassword is missing" : nil
        }
    }
}
