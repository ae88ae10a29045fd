extension BSONValue {
    /// One value for all numbers that the server takes for equal: 1 for 1.0.
    ///
    /// Nil for what is no number, and for Decimal128, whose arithmetic is the server's.
    public var numericKey: BSONValue? {
        if let integer { return .int64(integer) }
        return type == .double ? self : nil
    }

    /// Whether the server takes both for one `_id`, as far as that can be told here: the same bytes, or the same number.
    ///
    /// What is nested, and what a collation makes equal, only the server knows.
    public func isEqual(to other: BSONValue) -> Bool {
        self == other || numericKey.map { $0 == other.numericKey } ?? false
    }
}

extension Set<BSONValue> {
    /// Whether the value, or one that the server takes for equal, is in it.
    public func containsEqual(to value: BSONValue) -> Bool {
        if contains(value) { return true }
        return value.numericKey != nil && contains { $0.isEqual(to: value) }
    }
}
