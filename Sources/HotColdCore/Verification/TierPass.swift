internal import Mongo

/// One pass over the ids of one tier, each looked up in the other.
struct TierPass {
    let tiers: Tiers
    let collection: CollectionConfiguration
    let direction: Direction
    let judge: OverlapJudge
    /// What settles duplicates; nil where they are only to be found.
    let settlement: DuplicateSettlement?
    let total: Int
    let stop: StopRequest
    let progress: @Sendable (VerificationProgress) -> Void

    private let started = ContinuousClock.now
    private let patience = MoveOptions().retryFor
    private let reader = BatchReader(comment: "hotcold verify", readConcern: ["level": "majority"])
    private var queue = DuplicateSettlement.Queue()

    init(
        tiers: Tiers,
        collection: CollectionConfiguration,
        direction: Direction,
        judge: OverlapJudge,
        settlement: DuplicateSettlement?,
        total: Int,
        stop: StopRequest,
        progress: @escaping @Sendable (VerificationProgress) -> Void
    ) {
        self.tiers = tiers
        self.collection = collection
        self.direction = direction
        self.judge = judge
        self.settlement = settlement
        self.total = total
        self.stop = stop
        self.progress = progress
    }

    /// From which tier ids are read and in which they are looked up: from the smaller one.
    ///
    /// But where only one of them compares by a collation it is the one to ask: it takes ids for equal that the other
    /// keeps apart.
    static func direction(
        _ hot: CollectionFacts,
        _ hotTier: TierComparison.Tier,
        _ cold: CollectionFacts,
        _ coldTier: TierComparison.Tier
    ) -> Direction {
        switch (hot.collation == nil, cold.collation == nil) {
        case (true, false): .migrate
        case (false, true): .restore
        case (true, true), (false, false): hotTier.documents <= coldTier.documents ? .migrate : .restore
        }
    }

    private var scanned: Namespace { direction == .migrate ? collection.hot : collection.cold }
    private var asked: Namespace { direction == .migrate ? collection.cold : collection.hot }

    /// Runs to the end, or to a stop request.
    mutating func run(_ comparison: inout TierComparison) async throws {
        var ids = IDStream(
            scanned,
            connection: try tiers.source(direction).makeConnection(),
            patience: patience,
            stop: stop
        )
        do {
            while stop.reason == nil, let page = try await ids.next() {
                try await look(at: page, &comparison)
                progress(
                    VerificationProgress(
                        collection: collection.name,
                        looked: comparison.compared,
                        total: total,
                        elapsed: .now - started
                    )
                )
            }
            try await settle(&comparison)
        } catch {
            for id in queue.ids { comparison.problems.add(.unsettled(id)) }
            await ids.close()
            throw error
        }
        await ids.close()
    }

    private mutating func look(at page: [BSONValue], _ comparison: inout TierComparison) async throws {
        let found = try await retrying(for: patience, stop: stop) {
            let pairs = try await pairs(of: page[...])
            return try await judge.judge(pairs)
        }
        comparison.compared += page.count
        comparison.holder = comparison.holder ?? found.holder
        for overlap in found.overlaps {
            comparison.counts[overlap.kind, default: 0] += 1
            if overlap.kind == .identical, settlement != nil {
                queue.add(overlap.pair.hot)
            } else if overlap.kind.isProblem {
                comparison.problems.add(VerificationProblem(overlap, in: collection))
            }
        }
        if queue.isFull { try await settle(&comparison) }
    }

    /// Those of the ids that both tiers have, as each of them writes them.
    ///
    /// Where one is written in another way there, only the server knows which of them it is: then it is asked about
    /// fewer at a time.
    private func pairs(of ids: ArraySlice<BSONValue>) async throws -> [IDPair] {
        let (reader, asked) = (reader, asked)
        let present = try await tiers.target(direction).main.withClient { client in
            try reader.present(Array(ids), in: asked, with: client).map(\.detached)
        }
        let known = Set(ids)
        if present.allSatisfy(known.contains) { return present.map { pair(scanned: $0, asked: $0) } }
        if ids.count == 1 { return ids.flatMap { id in present.map { pair(scanned: id, asked: $0) } } }
        let middle = ids.index(ids.startIndex, offsetBy: ids.count / 2)
        return try await pairs(of: ids[..<middle]) + pairs(of: ids[middle...])
    }

    private func pair(scanned: BSONValue, asked: BSONValue) -> IDPair {
        direction == .migrate ? IDPair(hot: scanned, cold: asked) : IDPair(hot: asked, cold: scanned)
    }

    private mutating func settle(_ comparison: inout TierComparison) async throws {
        guard let settlement, !queue.ids.isEmpty, var fix = comparison.fix else { return }
        defer { comparison.fix = fix }
        let left = try await settlement.settle(queue, &fix)
        queue = DuplicateSettlement.Queue()
        for overlap in left where overlap.kind.isProblem {
            comparison.problems.add(VerificationProblem(overlap, in: collection))
        }
    }
}

extension VerificationProblem {
    /// What is said of an overlap that should not be.
    init(_ overlap: Overlap, in collection: CollectionConfiguration) {
        let (hot, cold) = (overlap.hotBytes, overlap.coldBytes)
        switch overlap.kind {
        case .different:
            let other = overlap.pair.hot == overlap.pair.cold ? "" : ", and writes its _id in another way"
            self.init(
                id: overlap.pair.hot,
                kind: .different,
                reason: "\(collection.hot) has \(hot) bytes, \(collection.cold) has \(cold) bytes\(other)"
            )
        case .leftover:
            let reason = "run \(overlap.run ?? "?") is gone and has left it in both tiers"
            self.init(id: overlap.pair.hot, kind: .leftover, reason: reason)
        case .identical, .copy, .staleCopy, .inProgress:
            self.init(id: overlap.pair.hot, kind: .identical, reason: "the same \(hot) bytes are in both tiers")
        }
    }

    /// A duplicate that could not be settled.
    fileprivate static func unsettled(_ id: BSONValue) -> VerificationProblem {
        VerificationProblem(
            id: id,
            kind: .identical,
            reason: "the same bytes are in both tiers, and it was not settled"
        )
    }
}
