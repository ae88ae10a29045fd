import Mongo
import Testing

@Suite("A name") struct ExactNameTests {
    /// é as one scalar and as two.
    static let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")

    @Test("is another one where it only looks the same") func bytes() {
        #expect(Self.composed == Self.decomposed)
        #expect(!Self.composed.isExactly(Self.decomposed) && Self.composed.isExactly(Self.composed))
        #expect(ExactName(Self.composed) != ExactName(Self.decomposed))
        #expect(Set([Self.composed, Self.decomposed, Self.composed].map(ExactName.init)).count == 2)
    }

    @Test("makes another namespace where it only looks the same") func namespaces() {
        let names = [Self.composed, Self.decomposed]
        let namespaces = names.flatMap { name in
            [Namespace(database: "a", collection: name), Namespace(database: name, collection: "a")]
        }
        #expect(Set(namespaces).count == 4 && namespaces[0] != namespaces[2] && namespaces[1] != namespaces[3])
    }
}
