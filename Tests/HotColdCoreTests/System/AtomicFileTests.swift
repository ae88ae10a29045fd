import Foundation
import Testing

@testable import HotColdCore

@Suite("An atomic file")
struct AtomicFileTests {
    @Test("is written for all to read, whatever the name is like")
    func written() async throws {
        try await ScratchDirectory.with { directory in
            for name in ["m.prom", String(repeating: "x", count: 250), "grün 😀.prom", "-"] {
                try AtomicFile.write("a 1\n", to: "\(directory.path)/\(name)")
                #expect(try directory.text(of: name) == "a 1\n")
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(directory.path)/\(name)")
                #expect(attributes[.posixPermissions] as? Int == 0o644)
            }
            #expect(try directory.names.count == 4)
        }
    }

    @Test("takes the place of the old one, which who has it open still reads")
    func replaced() async throws {
        try await ScratchDirectory.with { directory in
            let path = "\(directory.path)/m.prom"
            try AtomicFile.write("old\n", to: path)
            let old = try #require(FileHandle(forReadingAtPath: path))
            try AtomicFile.write("new\n", to: path)
            #expect(try directory.text(of: "m.prom") == "new\n")
            #expect(try old.readToEnd() == Data("old\n".utf8))
            #expect(try directory.names == ["m.prom"])
        }
    }

    @Test("takes the place of nothing that is no file, and leaves nothing behind")
    func refused() async throws {
        try await ScratchDirectory.with { directory in
            let link = "\(directory.path)/link"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/dev/null")
            for path in [
                link, directory.path, "\(directory.path)/none/m.prom", "\(directory.path)/",
                "\(directory.path)/\(String(repeating: "x", count: 300))", "\(link)/m", "a\0b",
            ] {
                #expect(throws: DeliveryError.self, "\(path)") { try AtomicFile.write("a 1\n", to: path) }
            }
            #expect(try directory.names == ["link"])
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "/dev/null")
        }
    }

    @Test("that can't be written says why, and what to do")
    func reason() {
        #expect {
            try AtomicFile.write("", to: "/nonexistent/m.prom")
        } throws: {
            let error = $0 as? DeliveryError
            return error?.message == "/nonexistent/m.prom can't be written: No such file or directory"
                && error?.hint == "its directory must exist"
        }
    }
}
