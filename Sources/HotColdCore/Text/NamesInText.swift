package import Mongo

extension DefaultStringInterpolation {
    /// Puts a namespace into a text for people: a name may have line feeds, and escape sequences of terminals.
    ///
    /// Its `description` is the name as the server knows it.
    package mutating func appendInterpolation(_ namespace: Namespace) { appendLiteral(namespace.description.escaped) }
}
