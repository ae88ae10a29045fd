import Foundation
import Testing

@testable import Mongo

@Suite("A file of certificates") struct PEMFileTests {
    private static let certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    private static let key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"
    private static let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n"
    private static let old =
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMIIB\n-----END RSA PRIVATE KEY-----\n"
    private static let missing = "its key is encrypted: tlsCertificateKeyFilePassword is missing"

    @Test(
        "is refused for what it lacks",
        arguments: [
            ("", nil, "it has no certificate in PEM"), (key, nil, "it has no certificate in PEM"),
            (certificate, nil, nil),
            (certificate, false, "it has no private key"), (certificate + key, false, nil),
            (key + certificate, true, nil), (certificate + encrypted, false, missing),
            (certificate + encrypted, true, nil),
            (old + certificate, false, missing), (old + certificate, true, nil),
        ] as [(String, Bool?, String?)]
    )
    func objection(text: String, hasPassword: Bool?, reason: String?) {
        #expect(PEMFile.text(text).objection(asKeyWithPassword: hasPassword) == reason)
    }

    @Test("is named with the system's reason where it can't be read")
    func unreadable() throws {
        #expect(PEMFile.read("/no/such/file") == .unreadable("No such file or directory"))
        #expect(PEMFile.read("/tmp") == .unreadable("Is a directory"))
        for option in ["tlsCAFile", "tlsCertificateKeyFile", "sslCertificateAuthorityFile"] {
            let string = try ConnectionString("mongodb://host/?\(option)=/no/such/file")
            let named = option == "tlsCertificateKeyFile" ? option : "tlsCAFile"
            #expect(try string.objectionToFiles() == "\(named) /no/such/file: No such file or directory")
        }
        #expect(try ConnectionString("mongodb://host/?tls=true").objectionToFiles() == nil)
    }
}
