/// hotcold's own version.
public enum Version {
    /// As `hotcold --version` prints it.
    public static let current = "0.1.0"

    /// The day of this version, as the manual shows it.
    public static let day = "2026-11-24"
}
