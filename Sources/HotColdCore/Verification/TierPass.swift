internal import Mongo

/// One pass over the ids of one tier, each looked up in the other.
struct TierPass {
    let tiers: Tiers
    let collection: CollectionConfiguration
    /// What the two names mean: an answer about others that were put in their place would be none.
    let identities: TierIdentities
    let direction: Direction
    /// Whether both tiers compare by the same collation: then two ids of one are never the same in the other.
    let comparesAlike: Bool
    let judge: OverlapJudge
    /// What settles duplicates; nil where they are only to be found.
    let settlement: DuplicateSettlement?
    let total: Int
    let stop: StopRequest
    let progress: @Sendable (VerificationProgress) -> Void

    /// Ids are looked up in a query, which is a document of at most 16 MB.
    private static let queryBytes = 8 << 20

    private let started = ContinuousClock.now
    private let patience = MoveOptions().retryFor
    private(set) var queue = DuplicateSettlement.Queue()

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

    /// Runs to the end, or to a stop request.
    mutating func run(_ comparison: inout TierComparison) async throws {
        var ids = IDStream(
            identities.source(direction),
            connection: try tiers.source(direction).makeConnection(),
            patience: patience,
            stop: stop
        )
        var failure: (any Error)?
        do {
            while stop.reason == nil, let page = try await ids.next() {
                for part in page.parts(ofAtMost: Self.queryBytes) { try await look(at: part, &comparison) }
                progress(
                    VerificationProgress(
                        collection: collection.name,
                        looked: comparison.compared,
                        total: total,
                        elapsed: .now - started
                    )
                )
            }
            if stop.reason == nil { try await settle(&comparison) }
            // Servers before MongoDB 6.0 do not compare UUIDs in the queries themselves.
            try await identities.check(in: tiers, retryingFor: patience, stop: stop)
        } catch {
            failure = error
        }
        for id in queue.ids { comparison.problems.add(.unsettled(id)) }
        await ids.close()
        if let failure { throw failure }
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
    /// Where one is written in another way there, or may be the same as two of them, only the server knows which it is:
    /// then it is asked about fewer at a time.
    private func pairs(of ids: ArraySlice<BSONValue>) async throws -> [IDPair] {
        let asked = identities.target(direction)
        let present = try await tiers.target(direction).main.withClient { client in
            try BatchReader.verifying(asked).present(Array(ids), in: asked.namespace, with: client).map(\.detached)
        }
        let known = Set(ids)
        if comparesAlike || present.isEmpty, present.allSatisfy(known.contains) {
            return present.map { pair(scanned: $0, asked: $0) }
        }
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

extension [BSONValue] {
    /// Ids in parts that a query has room for: a thousand, and not more than 8 MB of them.
    var partsOfQueries: [[BSONValue]] { chunks(of: 1000).flatMap { $0.parts(ofAtMost: 8 << 20) } }

    /// The values in parts that are not larger than so many bytes, where single values allow that.
    fileprivate func parts(ofAtMost bytes: Int) -> [[BSONValue]] {
        guard count > 1, reduce(0, { $0 + $1.bytes.count }) > bytes else { return [self] }
        let halves = [Array(prefix(count / 2)), Array(dropFirst(count / 2))]
        return halves.flatMap { $0.parts(ofAtMost: bytes) }
    }
}
