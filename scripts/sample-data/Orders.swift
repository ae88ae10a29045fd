import Mongo

/// The shop's orders of three years: old ones are closed, and hardly anybody looks at them.
struct Orders: Sendable {
    let now: Milliseconds
    let count: Int

    init(now: Milliseconds, scale: Int) {
        self.now = now
        count = 10_000 * scale
    }

    func document(_ number: Int) -> BSONDocument {
        var chance = Chance("orders", number)
        let spread: [(weight: Int, value: ClosedRange<Int>)] = [
            (15, 0...30), (20, 30...90), (30, 90...365), (35, 365...1_100),
        ]
        let created = chance.time(chance.pick(spread), before: now)
        // One in ten old orders has been looked at lately: a complaint, a tax audit.
        let accessed =
            chance.perMille(100) ? chance.time(0...20, before: now) : created + day * Int64(chance.number(0..<20))
        let items = (0..<chance.number(1..<6)).map { _ in item(&chance) }
        let total = items.reduce(0) { $0 + $1.cents }

        var order = BSONWriter(reserving: 768)
        // Orders of the old system kept their numbers.
        order.append("_id", number % 40 == 0 ? .int(number) : chance.objectID(at: created))
        order.append("number", .string("\(2_020 + number % 7)-\(100_000 + number)"))
        order.append("created_at", ifThere: chance.dateField(created, now: now))
        order.append("last_accessed", ifThere: chance.dateField(min(accessed, now), now: now))
        order.append("status", .string(status(age: now - created, &chance)))
        order.append("customer", ["email": .string("customer\(chance.number(0..<5_000))@example.com")])
        order.append("items", .array(items.map { .document($0.document) }))
        order.append("total_cents", .int(total))
        order.append("vat_rate", .double(chance.pick([0.07, 0.19, 0.21])))
        order.append("address", .document(chance.address()))
        return order.finish()
    }

    private func item(_ chance: inout Chance) -> (document: BSONDocument, cents: Int) {
        let (quantity, cents) = (chance.number(1..<5), chance.number(199..<49_999))
        let document: BSONDocument = [
            "sku": .string("SKU-\(chance.number(10_000..<99_999))"),
            "title": .string("\(chance.pick(Words.adjectives)) \(chance.pick(Words.goods))"),
            "quantity": .int(quantity), "price_cents": .int(cents),
        ]
        return (document, quantity * cents)
    }

    private func status(age: Milliseconds, _ chance: inout Chance) -> String {
        let young: [(weight: Int, value: String)] = [(30, "open"), (40, "paid"), (25, "closed"), (5, "refunded")]
        let old: [(weight: Int, value: String)] = [(2, "open"), (3, "paid"), (87, "closed"), (8, "refunded")]
        return chance.pick(age < 45 * day ? young : old)
    }
}
