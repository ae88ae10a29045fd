/// A horizontal bar of block characters, for histograms.
enum Bar {
    /// The bar of a part of the longest one; what is more than nothing can be seen.
    ///
    /// - Parameters:
    ///   - fraction: 0 to 1.
    ///   - width: how many characters the longest bar has.
    static func text(_ fraction: Double, width: Int = 40) -> String {
        guard fraction > 0 else { return "" }
        let eighths = max(1, Int((min(fraction, 1) * Double(width * 8)).rounded()))
        let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
        return String(repeating: "█", count: eighths / 8) + rest
    }
}
