/// hotcold's own version.
public enum Version {
    /// As `hotcold --version` prints it.
    public static let current = "0.1.0"
}
