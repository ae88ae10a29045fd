extension String {
    /// The beginning, where there is more of it than fits a line; `--json` has all.
    func shortened(to length: Int) -> String { count > length ? prefix(length) + "…" : self }

    /// The text with blanks behind it, up to a width.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    /// The text with blanks before it, up to a width.
    func padded(onLeftTo width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
