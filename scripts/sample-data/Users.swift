import Mongo

/// The shop's users: most come back often, a third was last seen more than a month ago.
struct Users: Sendable {
    let now: Milliseconds
    let count: Int

    init(now: Milliseconds, scale: Int) {
        self.now = now
        count = 5_000 * scale
    }

    /// The one that documentation speaks of: cold, and last seen on 15 November 2024.
    private static let knownID = "user123"
    private static let knownTime: Milliseconds = 1_731_661_200_000

    func document(_ number: Int) -> BSONDocument {
        var chance = Chance("users", number)
        let joined = chance.time(60...1_400, before: now)
        let id = id(number, joined, &chance)
        let isKnown = id == .string(Self.knownID)
        let created = isKnown ? min(joined, Self.knownTime - 200 * day) : joined
        let seen = isKnown ? Self.knownTime : max(lastSeen(&chance), created)
        let login = seen - Milliseconds(chance.number(0..<6 * 3_600_000))
        let (first, last) = (chance.pick(Words.firstNames), chance.pick(Words.lastNames))

        var user = BSONWriter(reserving: 512)
        user.append("_id", id)
        user.append("name", .string("\(first) \(last)"))
        user.append("email", .string("\(first).\(last).\(number)@example.com".lowercased()))
        user.append("created_at", .date(milliseconds: created))
        user.append("last_login", ifThere: isKnown ? .date(milliseconds: login) : chance.dateField(login, now: now))
        user.append("last_accessed", ifThere: isKnown ? .date(milliseconds: seen) : chance.dateField(seen, now: now))
        user.append("address", .document(chance.address()))
        user.append(
            "preferences",
            [
                "newsletter": .bool(chance.perMille(400)), "language": .string(chance.pick(["en", "de", "cs", "fr"])),
                "theme": .string(chance.pick(["light", "dark"])),
                "interests": .array((0..<chance.number(0..<4)).map { _ in .string(chance.pick(Words.goods)) }),
            ]
        )
        user.append("points", .int(chance.number(0..<5_000)))
        return user.finish()
    }

    /// An ObjectId for most; strings, integers and UUIDs from the systems that the shop had before.
    private func id(_ number: Int, _ created: Milliseconds, _ chance: inout Chance) -> BSONValue {
        switch number % 50 {
        case 0: .string("user\(100 + number / 50)")
        case 1: .int(1_000 + number)
        case 2: .int64(Int64(1_000 + number))
        case 3: chance.uuid()
        default: chance.objectID(at: created)
        }
    }

    private func lastSeen(_ chance: inout Chance) -> Milliseconds {
        let spread: [(weight: Int, value: ClosedRange<Int>)] = [
            (35, 0...7), (30, 7...30), (15, 30...90), (10, 90...365), (10, 365...900),
        ]
        return chance.time(chance.pick(spread), before: now)
    }
}

extension Chance {
    /// Where somebody lives.
    mutating func address() -> BSONDocument {
        [
            "street": .string("\(pick(Words.streets)) \(number(1..<200))"), "city": .string(pick(Words.cities)),
            "postcode": .string("\(number(10_000..<99_999))"),
            "country": .string(pick(["DE", "CZ", "FR", "AT", "NL"])),
        ]
    }
}
