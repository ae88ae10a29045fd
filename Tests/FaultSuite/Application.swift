import Foundation
import Mongo
import TestSupport

/// An application that writes to the hot collection at full speed while documents come and go, and keeps a ledger.
///
/// Each writer owns the ids of one remainder. Its writes are inserts, updates, replacements, upserts, deletes, inserts
/// of an `_id` that was deleted or is in the archive, and dates moved forward, a little or out of the policy's reach.
struct Application: Sendable {
    /// How many writers there are at a time.
    static let writers = 2

    private let namespace: Namespace
    private let pool: ConnectionPool
    private let gate: Gate
    /// How many documents there are in the beginning, with the ids from 0 on.
    private let count: Int
    private let seed: UInt64

    /// What the writers came to.
    struct Record: Sendable {
        var ledger = Ledger()
        var violations: [Violation] = []
        /// The acknowledged writes that took longer than a second.
        var waits: [Wait] = []
    }

    /// How long a write took.
    struct Wait: Sendable {
        let start: ContinuousClock.Instant
        let duration: Duration
    }

    /// Writes to the hot collection of a stage, which has so many documents, while a body runs.
    static func write(
        to stage: Stage,
        documents count: Int,
        seed: UInt64,
        while body: () async throws -> Void
    ) async throws -> Record {
        let namespace = stage.hot.namespace(Stage.items.hot)
        let application = Application(
            namespace: namespace,
            pool: stage.hot.pool,
            gate: stage.gate,
            count: count,
            seed: seed
        )
        let stop = StopSign()
        async let writing = application.run(until: stop)
        defer { stop.set() }  // After it, to come before the wait for it when an error ends this.
        try await body()
        stop.set()
        return try await writing
    }

    /// Writes until told to stop.
    private func run(until stop: StopSign) async throws -> Record {
        try await withThrowingTaskGroup(of: Record.self) { group in
            for number in 0..<Self.writers {
                let connection = try pool.makeConnection()
                let (namespace, gate, count, seed) = (namespace, gate, count, seed)
                group.addTask {
                    try await connection.withClient { client in
                        var writer = Writer(namespace: namespace, number: number, count: count, seed: seed)
                        while !stop.isRequested { gate.pass { writer.write(with: client) } }
                        return writer.record
                    }
                }
            }
            var all = Record()
            for try await record in group {
                all.ledger.merge(record.ledger)
                all.violations += record.violations
                all.waits += record.waits
            }
            return all
        }
    }

    // MARK: Documents

    /// 2020-01-01: cold for ever.
    static let cold: Int64 = 1_577_836_800_000
    /// 2100-01-01: hot for long.
    static let hot: Int64 = 4_102_444_800_000

    /// A document of up to half a kilobyte with every kind of field that matters here, in a fixed layout.
    static func document(_ id: Int, at date: Int64, version: Int64) -> BSONDocument {
        let padding = String(repeating: "x", count: Int((UInt64(bitPattern: version) &* 2_654_435_761) % 400))
        return ["_id": .int(id), "d": .date(milliseconds: date), "v": .int64(version), "text": .string(padding)]
    }

    /// The document of an id in the beginning.
    static func first(_ id: Int) -> BSONDocument { document(id, at: cold + Int64(id) * 1000, version: 0) }
}

/// One writer.
private struct Writer {
    private let namespace: Namespace
    private let number: Int
    private let count: Int
    private var generator: SeededGenerator
    private var version: Int64 = 0
    /// The next id that nobody has used.
    private var next: Int
    var record = Application.Record()

    init(namespace: Namespace, number: Int, count: Int, seed: UInt64) {
        self.namespace = namespace
        self.number = number
        self.count = count
        generator = SeededGenerator(seed: seed &+ UInt64(number))
        next = count + number
        let own = stride(from: number, to: count, by: Application.writers).map { ($0, Application.first($0)) }
        record.ledger.begin(with: Dictionary(uniqueKeysWithValues: own))
    }

    private mutating func random(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func write(with client: borrowing Client) {
        version += 1
        let id = random(0..<next / Application.writers) * Application.writers + number
        guard let entry = record.ledger.entries[id], !entry.isUncertain else { return insertNext(with: client) }
        guard let document = entry.certain else { return insert(id, with: client) }
        let date = document["d"]?.dateMilliseconds ?? Application.cold
        // What is in the archive as far as we know is written to now and then: a restore may have brought it back.
        if entry.isAway, random(0..<10) > 0 { return random(0..<60) == 0 ? insert(id, with: client) : () }
        switch random(0..<20) {
        case 0..<7: change(id, document, date: date, with: client)
        case 7..<11: change(id, document, date: date + Int64(random(0..<20_000_000)), with: client)
        case 11: change(id, document, date: Application.hot, with: client)
        case 12..<14: replace(id, date: date, with: client)
        case 14 where !entry.isAway || random(0..<20) == 0: replace(id, date: date, upsert: true, with: client)
        case 15 where !entry.isReborn: delete(id, with: client)
        case 16..<18 where !entry.isReborn:
            delete(id, with: client)
            if record.ledger.entries[id]?.isDeleted == true { insert(id, with: client) }
        default: insertNext(with: client)
        }
    }

    // MARK: Kinds of writes

    private mutating func change(_ id: Int, _ document: BSONDocument, date: Int64, with client: borrowing Client) {
        let fields: BSONDocument = ["d": .date(milliseconds: date), "v": .int64(version)]
        let text = document["text"] ?? .null
        let result: BSONDocument = [
            "_id": .int(id), "d": .date(milliseconds: date), "v": .int64(version), "text": text,
        ]
        update(id, ["$set": .document(fields)], result: result, with: client)
    }

    private mutating func replace(_ id: Int, date: Int64, upsert: Bool = false, with client: borrowing Client) {
        let document = Application.document(id, at: date, version: version)
        update(id, .document(document), result: document, upsert: upsert, with: client)
    }

    private mutating func update(
        _ id: Int,
        _ update: BSONValue,
        result: BSONDocument,
        upsert: Bool = false,
        with client: borrowing Client
    ) {
        let command: BSONDocument = [
            "update": .string(namespace.collection),
            "updates": [["q": ["_id": .int(id)], "u": update, "upsert": .bool(upsert)]],
        ]
        attempt(result, at: id, mayCreate: upsert, with: client) { client, namespace in
            let reply = try client.write(command, on: namespace.database)
            return reply["n"]?.integer == 0 ? .nothing : reply["upserted"] == nil ? .changed : .created
        }
    }

    private mutating func delete(_ id: Int, with client: borrowing Client) {
        attempt(nil, at: id, with: client) { client, namespace in
            try client.delete(ids: [.int(id)], from: namespace, comment: "application") == 1 ? .changed : .nothing
        }
    }

    /// Inserts a document that was never there, up to as many as there were in the beginning: runs are to end.
    private mutating func insertNext(with client: borrowing Client) {
        guard next < 2 * count else { return }
        insert(next, with: client)
        next += Application.writers
    }

    private mutating func insert(_ id: Int, with client: borrowing Client) {
        // What is stored is mostly new; old enough to move at once, it keeps runs at work.
        let date = random(0..<3) > 0 ? Application.hot : Application.cold + Int64(id) * 1000
        let document = Application.document(id, at: date, version: version)
        attempt(document, at: id, mayCreate: true, with: client) { client, namespace in
            try client.insert(DocumentBatch([document]), into: namespace, comment: "application").orThrow()
            return .created
        }
    }

    /// What an acknowledged write did.
    private enum Effect {
        case changed, created, nothing
    }

    /// Makes a write and enters what came of it.
    private mutating func attempt(
        _ document: BSONDocument?,
        at id: Int,
        mayCreate: Bool = false,
        with client: borrowing Client,
        _ write: (borrowing Client, Namespace) throws -> Effect
    ) {
        let start = ContinuousClock.now
        do {
            switch try write(client, namespace) {
            case .changed: record.ledger.wrote(document, to: id, created: false)
            case .created: record.ledger.wrote(document, to: id, created: true)
            case .nothing: record.ledger.foundNothing(at: id)
            }
            let wait = Application.Wait(start: start, duration: .now - start)
            if wait.duration > .seconds(1) { record.waits.append(wait) }
        } catch let error as MongoError where error.code == MongoError.Code.duplicateKey {
            if !record.ledger.foundPresent(at: id) {
                let details = "\(id) is deleted, and inserting it was refused: it is there"
                record.violations.append(Violation(.resurrection, details))
                record.ledger.missedAnswer(to: document, at: id, mayCreate: true)  // It is not written to again.
            }
        } catch {
            record.ledger.missedAnswer(to: document, at: id, mayCreate: mayCreate)
            usleep(50_000)  // This is a connection's own thread. A server that is away has no use for more.
        }
    }
}
