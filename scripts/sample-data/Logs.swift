import Mongo

/// The web server's log of four months, more of it each month.
struct Logs: Sendable {
    let now: Milliseconds
    let count: Int

    init(now: Milliseconds, scale: Int) {
        self.now = now
        count = 20_000 * scale
    }

    func document(_ number: Int) -> BSONDocument {
        var chance = Chance("logs", number)
        let spread: [(weight: Int, value: ClosedRange<Int>)] = [(40, 0...30), (60, 30...120)]
        let time = chance.time(chance.pick(spread), before: now)
        let path = chance.pick(Words.paths)
        let status = chance.pick([(weight: 92, value: 200), (5, 404), (3, 500)])
        let milliseconds = chance.number(3..<900)

        var line = BSONWriter(reserving: 256)
        line.append("_id", chance.objectID(at: time))
        line.append("timestamp", ifThere: chance.dateField(time, now: now))
        line.append("level", .string(status == 500 ? "error" : status == 404 ? "warning" : "info"))
        line.append("message", .string("GET \(path) \(status) in \(milliseconds) ms"))
        line.append("host", .string("web\(chance.number(1..<5))"))
        line.append(
            "request",
            ["path": .string(path), "status": .int(status), "duration_ms": .int(milliseconds), "user": chance.uuid()]
        )
        return line.finish()
    }
}
