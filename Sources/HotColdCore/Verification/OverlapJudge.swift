internal import Mongo

/// Finds out what it means that an `_id` was seen in both tiers.
///
/// Documents move while one looks, so what was seen once means nothing: a document is read in cold and then in hot, and
/// a restore in between has it in both answers and never in both tiers. So everything is looked at twice, cold before
/// hot each time, and what movers have in hand and what copy-only runs recorded is asked between the two looks. A
/// document that a move under way has in both tiers at both looks is in that mover's seat between them, since a seat
/// and the copies it is about are written in one transaction; one that has been moved is missing at the second look.
/// What was written to in cold between the looks is judged anew: the records are about the bytes of the first one.
struct OverlapJudge: Sendable {
    let tiers: Tiers
    let collection: CollectionConfiguration
    let identities: TierIdentities
    let hands: CopiesInHandReader
    let journal: Journal

    /// Judges those of the pairs that are in both tiers still.
    ///
    /// - Returns: the overlaps, and the run that was at work meanwhile.
    func judge(_ pairs: [IDPair]) async throws -> (overlaps: [Overlap], holder: LeaseHolder?) {
        let first = try await look(at: pairs)
        guard !first.isEmpty else { return ([], nil) }
        let suspects = pairs.filter { first[$0] != nil }
        let inHand = try await hands.read()
        let copies = try await copies(among: first)
        let second = try await look(at: suspects)
        let settled = suspects.filter { second[$0]?.cold == first[$0]?.cold }
        let overlaps = settled.compactMap { pair in
            second[pair].map { overlap(pair, $0, inHand: inHand, copies) }
        }
        let written = suspects.filter { second[$0] != nil && second[$0]?.cold != first[$0]?.cold }
        let others = try await judge(written)
        return (overlaps + others.overlaps, inHand.holder ?? others.holder)
    }

    private struct Look {
        let hot: Fingerprint
        let cold: Fingerprint
    }

    private func look(at pairs: [IDPair]) async throws -> [IDPair: Look] {
        let cold = try await tiers.cold.main.withClient { [identity = identities.cold] client in
            try BatchReader.verifying(identity).fingerprints(pairs.map(\.cold), in: identity.namespace, with: client)
        }
        let archived = pairs.filter { cold[$0.cold] != nil }
        let hot = try await tiers.hot.main.withClient { [identity = identities.hot] client in
            try BatchReader.verifying(identity).fingerprints(archived.map(\.hot), in: identity.namespace, with: client)
        }
        var looks: [IDPair: Look] = [:]
        for pair in archived {
            if let inHot = hot[pair.hot], let inCold = cold[pair.cold] {
                looks[pair] = Look(hot: inHot, cold: inCold)
            }
        }
        return looks
    }

    private func copies(among looks: [IDPair: Look]) async throws -> RecordedCopies {
        let journal = journal
        let archived = Dictionary(looks.map { ($0.key.cold, $0.value.cold) }) { first, _ in first }
        return try await tiers.hot.main.withClient { try journal.copies(among: archived, with: $0) }
    }

    private func overlap(_ pair: IDPair, _ look: Look, inHand: CopiesInHand, _ copies: RecordedCopies) -> Overlap {
        let run = inHand.run(with: pair.cold) ?? inHand.run(with: pair.hot)
        return Overlap(
            pair: pair,
            kind: OverlapKind(
                areIdentical: look.hot == look.cold,
                isCopy: copies.ids.contains(pair.cold),
                isUntouched: copies.untouched.contains(pair.cold),
                keepsOriginals: !collection.deletesAfterMigration,
                isInHand: run != nil,
                isRunAlive: inHand.holder != nil
            ),
            hotBytes: look.hot.byteCount,
            coldBytes: look.cold.byteCount,
            run: run
        )
    }
}
