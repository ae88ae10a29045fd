public import Mongo
public import Testing

extension BSONDocument: CustomTestStringConvertible {
    /// Extended JSON where it can express the document, for failed expectations.
    public var testDescription: String { ExtendedJSON.string(from: self, .canonical) ?? "\(Array(bytes))" }
}

extension BSONValue: CustomTestStringConvertible {
    /// Extended JSON where it can express the value, for failed expectations.
    public var testDescription: String { ExtendedJSON.string(from: self, .canonical) ?? "\(type) \(Array(bytes))" }
}
