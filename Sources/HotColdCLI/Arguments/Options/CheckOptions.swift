/// What `hotcold check` is asked to do.
struct CheckOptions: Equatable, Sendable {
    /// The collections with these keys in the configuration, none twice, in the order given; empty for all of them.
    var collections: [String] = []
}

extension CheckOptions {
    /// Makes the options from the values of a command line.
    init(_ values: OptionValues) { collections = values.collections.withoutRepetitions }
}
