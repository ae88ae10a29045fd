/// What names and texts are made of.
enum Words {
    static let firstNames = [
        "Ada", "Alan", "Barbara", "Dennis", "Donald", "Edsger", "Frances", "Grace", "Jana", "Ken", "Leslie", "Margaret",
        "Niklaus", "Radia", "Tony", "Žofie",
    ]
    static let lastNames = [
        "Allen", "Dijkstra", "Hamilton", "Hoare", "Hopper", "Kernighan", "Knuth", "Lamport", "Liskov", "Lovelace",
        "Nováková", "Perlman", "Ritchie", "Thompson", "Turing", "Wirth",
    ]
    static let streets = ["Bahnhofstraße", "Dlouhá", "High Street", "Hlavní", "Lindenweg", "Rue de la Paix"]
    static let cities = ["Amsterdam", "Berlin", "Brno", "Dresden", "Lyon", "Paris", "Praha", "Wien"]
    static let adjectives = ["big", "blue", "cheap", "folding", "red", "small", "sturdy", "wooden"]
    static let goods = ["bicycle", "book", "chair", "coat", "kettle", "lamp", "radio", "table", "tent", "umbrella"]
    static let paths = [
        "/", "/basket", "/checkout", "/login", "/orders", "/products", "/products/17", "/search?q=lamp",
    ]
}
