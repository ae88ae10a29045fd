internal import Mongo

/// Reads the ids of the documents that match a plan, and hands out each at most once at a time.
///
/// An index scan meets a document twice when its date moves forward, and a cursor that was lost and opened again meets
/// what is still in flight. So ids in flight are remembered, and those left behind too: they would match again. A page
/// may have the later place of a document whose move was committed after it was read: so what was settled since the page
/// before it is remembered, too. That is as much as two pages and the batches in flight have. What is met again after
/// that is another document, which somebody has stored under the `_id` since.
struct IDScanner {
    /// More ids left behind than this are no longer remembered; then a second pass would count them again, and there is
    /// none.
    ///
    /// At 40 bytes or so an id this is a bound on memory.
    static let rememberedIDs = 200_000
    /// A batch ends at so many bytes of ids, which stand in each of its queries.
    private static let idBytes = 2 << 20
    /// Ids in one reply of the server.
    private static let pageSize = 5000

    private let plan: MigrationPlan
    private let source: CollectionIdentity
    private let comment: String
    private let connection: Connection
    private let stop: StopRequest

    private var order: MigrationPlan.ScanOrder
    private var cursor: ServerCursor?
    private var isOpen = false
    private var page = DocumentBatch()
    private var position = 0
    /// The sort value of the last document handed out: where a lost cursor is opened again.
    private var lastValue: BSONValue?
    private var inFlight: Set<BSONValue> = []
    private var leftBehind: Set<BSONValue> = []
    /// Ids settled since the page in hand was read, and since the one before it was.
    private var (settled, settledBefore): (Set<BSONValue>, Set<BSONValue>) = ([], [])

    /// What an operator should know of the scan.
    private(set) var notice: String?
    /// Whether every id left behind is remembered, so that another pass would not count it again.
    private(set) var remembersAll = true
    /// Whether ids may have been handed out twice that are no longer remembered.
    private(set) var mayHaveRepeated = false
    /// How many ids were handed out: the measure of what is counted elsewhere.
    private(set) var handedOut = 0

    init(
        plan: MigrationPlan,
        source: CollectionIdentity,
        comment: String,
        connection: Connection,
        stop: StopRequest
    ) {
        self.plan = plan
        self.source = source
        order = plan.order
        self.comment = comment
        self.connection = connection
        self.stop = stop
    }

    /// The next ids, at most as many as asked for; nil at a clean end of the cursor.
    ///
    /// Waits for a server that is away for as long as the plan says.
    mutating func next(_ count: Int) async throws -> [BSONValue]? {
        var ids: [BSONValue] = []
        ids.reserveCapacity(count)
        var byteCount = 0
        while ids.count < count, byteCount < Self.idBytes {
            guard position < page.count else {
                guard try await turnPage() else { return ids.isEmpty ? nil : ids }
                continue
            }
            let document = page[position]
            position += 1
            guard let id = document["_id"] else { throw MigrationError.bug("the scan returned a document without _id") }
            guard !isKnown(id), inFlight.insert(id).inserted else { continue }
            handedOut += 1
            ids.append(id)
            byteCount += id.bytes.count
        }
        return ids
    }

    private func isKnown(_ id: BSONValue) -> Bool {
        leftBehind.contains(id) || settled.contains(id) || settledBefore.contains(id)
    }

    /// Takes ids back that were handed out for nothing: no batch was made of them.
    mutating func giveBack(_ ids: [BSONValue]) {
        inFlight.subtract(ids)
        handedOut -= ids.count
    }

    /// Takes a batch's ids back when its fate is decided.
    ///
    /// What a copy-only run has copied is left behind too: it still matches. What has changed may be handed out again.
    mutating func settle(_ ids: [BSONValue], leftBehind left: [BSONValue], changed: [BSONValue]) {
        inFlight.subtract(ids)
        if order.mayRepeat {
            settled.formUnion(ids)
            settled.subtract(changed)
        }
        let left = plan.deletesSource ? left : ids.map(\.detached)
        guard leftBehind.count + left.count <= Self.rememberedIDs else {
            remembersAll = false
            return
        }
        leftBehind.formUnion(left)
    }

    /// Starts over: a further pass for what changed meanwhile.
    mutating func rewind() {
        if case .byID(let index, let field) = order { order = .oldestFirst(index: index, field: field) }
        isOpen = false
        cursor = nil
        lastValue = nil
        (settled, settledBefore) = ([], [])
    }

    /// Keeps the server from ending an idle session, and the cursor with it, while a run pauses: it does after half an hour.
    func keepAlive() async {
        guard cursor != nil else { return }
        _ = try? await connection.withClient { try $0.run(["ping": 1], on: "admin") }  // Lost: it is opened again.
    }

    /// Gives up the cursor.
    func close() async {
        guard let cursor else { return }
        try? await connection.withClient { $0.close(cursor) }  // The server forgets it by itself.
    }

    // MARK: Pages

    /// Fetches the next page; false at the end.
    private mutating func turnPage() async throws -> Bool {
        if isOpen, cursor == nil { return false }
        var patience = Patience(plan.options.retryFor)
        while true {
            do {
                let fetched = try await fetch()
                // Not compared by the server, a name that means nothing any more is an empty collection.
                if !isOpen || fetched.next == nil { try await checkUnlessCompared() }
                page = fetched.documents
                position = 0
                cursor = fetched.next
                isOpen = true
                lastValue = sortValue(of: page.last) ?? lastValue
                (settledBefore, settled) = (settled, [])
                return !page.isEmpty || cursor != nil
            } catch let error as MongoError where error.isTransient {
                // Opened again where it was lost. Only a clean end is an end.
                guard canReopen, await patience.pause(stop) else { throw MigrationError.unavailable(error) }
                cursor = nil
                isOpen = false
                mayHaveRepeated = mayHaveRepeated || order.mayRepeat && !remembersAll
            } catch let error as MongoError where error.code == MongoError.Code.badValue {
                try await leaveIndex(after: error)
            }
        }
    }

    /// Goes on without the index that gives the order, where somebody has dropped or hidden it: from the start, since what
    /// is moved is gone and what is left behind is remembered.
    ///
    /// - Throws: the error, where the index is there; `MigrationError.unsuitable` where only a new plan helps.
    private mutating func leaveIndex(after error: MongoError) async throws {
        guard case .oldestFirst(let index, _) = order else { throw error }
        let source = plan.source
        let isThere = try await connection.withClient { try $0.hasIndex(index, on: source) }
        guard !isThere else { throw error }
        // A part of the documents has to be the oldest part.
        guard remembersAll, plan.options.limit == nil else {
            throw MigrationError.unsuitable(
                reason: "somebody has dropped or hidden the index \(index) of \(source) while the run read by it",
                hint: "what was moved is moved; run the command again, which makes a new plan"
            )
        }
        notice =
            "somebody has dropped or hidden the index \(index) of \(source) while the run read by it; it went on without"
            + " the order from old to new"
        order = .natural
        (cursor, isOpen, lastValue) = (nil, false, nil)
    }

    /// Whether a scan that goes on elsewhere meets no id again that is no longer remembered, and would be counted twice.
    ///
    /// In natural order it starts over, and what was copied matches again from the last date on.
    private var canReopen: Bool {
        switch order {
        case .byID: true
        case .oldestFirst: remembersAll || plan.deletesSource
        case .natural: remembersAll
        }
    }

    private func checkUnlessCompared() async throws {
        try await connection.withClient { [source] in try source.checkUnlessCompared(with: $0) }
    }

    private func fetch() async throws -> CursorPage {
        let (cursor, find, database) = (cursor, command, plan.source.database)
        // Where no index serves, the next document may be far.
        return try await connection.withClient { client in
            try client.patiently {
                try cursor.map { try client.next($0) }
                    ?? client.open(find, on: database, batchSize: Self.pageSize)
            }
        }
    }

    private var command: BSONDocument {
        var filter = plan.selection
        var projection: BSONDocument = ["_id": 1]
        var find: BSONDocument = [
            "find": .string(plan.source.collection), "batchSize": .int(Self.pageSize), "comment": .string(comment),
        ]
        switch order {
        case .byID:
            find = find.appending("sort", ["_id": 1]).appending("hint", ["_id": 1])
            if let lastValue { filter = ["$and": [.document(filter), .document(.after(id: lastValue))]] }
        case .oldestFirst(let index, let field):
            if let lastValue {
                filter = ["$and": [.document(filter), .document(BSONDocument(field.description, ["$gte": lastValue]))]]
            }
            // A second path below one that is there is an error.
            if field.components[0] != "_id" { projection = projection.appending(field.description, 1) }
            find = find.appending("sort", .document(BSONDocument(field.description, 1))).appending(
                "hint",
                .string(index)
            )
        case .natural: break
        }
        // One that was opened again must not take another collection, or none, for the rest of this one.
        return source.named(
            in: find.appending("filter", .document(filter)).appending("projection", .document(projection))
        )
    }

    private func sortValue(of document: BSONDocument?) -> BSONValue? {
        switch order {
        case .byID: return document?["_id"]?.detached
        case .oldestFirst(_, let field):
            guard case .value(let value) = document?.lookup(field) else { return nil }
            return value.detached
        case .natural: return nil
        }
    }
}

extension MigrationPlan.ScanOrder {
    /// Whether a document can have a second place further on: an `_id` never changes.
    fileprivate var mayRepeat: Bool {
        if case .byID = self { false } else { true }
    }
}
