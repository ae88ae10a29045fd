/// Texts in the forms in which unit files take them for nothing but text (systemd.syntax(7), systemd.unit(5)).
///
/// By scalars, as systemd reads them: a `%` with an accent on it is one character, and a specifier all the same.
extension String {
    /// One word of a setting that is split into words, such as the program of `ExecStart=` or an entry of `Environment=`.
    ///
    /// Not an argument of `ExecStart=`, in which a `$` would have to be doubled, too.
    var systemdWord: String {
        let isBare = unicodeScalars.allSatisfy { !$0.properties.isWhitespace && !#"\"';"#.unicodeScalars.contains($0) }
        return isBare ? systemdPath : #"""# + systemdPath.escaping(#"\""#) + #"""#
    }

    /// An argument of `ExecStart=`, in which also a `$` means something.
    var systemdArgument: String { systemdWord.replacing("$", with: "$$") }

    /// A path that is the whole of a setting, or its rest: only specifiers mean something in it.
    var systemdPath: String { unicodeScalars.map { $0 == "%" ? "%%" : String($0) }.joined() }

    /// A path of `EnvironmentFile=`, which is a pattern for several.
    var systemdPattern: String { systemdPath.escaping(#"\*?["#) }

    /// The text with a backslash before each of these.
    private func escaping(_ special: String) -> String {
        unicodeScalars.map { special.unicodeScalars.contains($0) ? #"\\#($0)"# : String($0) }.joined()
    }
}
