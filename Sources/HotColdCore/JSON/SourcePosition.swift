/// A place in a text, for people: what an editor's status line shows.
public struct SourcePosition: Hashable, Sendable, CustomStringConvertible {
    /// The line, counted from 1; CR LF, LF and CR end one.
    public let line: Int
    /// The column, counted from 1 in Unicode scalars; a tab is one.
    public let column: Int

    /// Creates a position.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The position of a byte in UTF-8 text, or of its end.
    init(ofByte offset: Int, in bytes: [UInt8]) {
        let newline = UInt8(ascii: "\n")
        let carriageReturn = UInt8(ascii: "\r")
        var line = 1
        var column = 1
        for index in bytes.indices.prefix(offset) {
            let byte = bytes[index]
            if byte == newline || byte == carriageReturn && (index + 1 == bytes.count || bytes[index + 1] != newline) {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {  // Continuation bytes belong to the scalar before them.
                column += 1
            }
        }
        self.init(line: line, column: column)
    }

    /// `line 7, column 3`.
    public var description: String { "line \(line), column \(column)" }
}
