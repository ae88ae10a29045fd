/// hotcold's own version: the one place where it stands.
///
/// The manual, and scripts that make packages, have it from here.
public enum Version {
    /// As `hotcold --version` prints it.
    public static let current = "0.1.0"

    /// The day of this version, as the manual shows it.
    public static let day = "2026-11-24"
}
