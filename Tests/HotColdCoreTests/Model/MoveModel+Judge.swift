/// What is broken when every run has died and recovery has run.
struct ModelViolation: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    /// The newest acknowledged version is in no tier, or what cold had in its own right is gone.
    static let loss = ModelViolation(rawValue: 1)
    /// A deleted document is in a tier.
    static let resurrection = ModelViolation(rawValue: 2)
    /// A document is in both tiers and cold has it not in its own right.
    static let duplicate = ModelViolation(rawValue: 4)
    /// A migrate has deleted a document from hot that was held at that moment.
    static let heldMoved = ModelViolation(rawValue: 8)
    /// A cold seat has no hot seat, so that no recovery would find it.
    static let orphanedSeat = ModelViolation(rawValue: 16)
}

extension MoveModel {
    /// Whatever is broken in a world, if all runs die there and the next owner of the lease recovers.
    ///
    /// - A conflict is two documents with one id, each of which may be lost: the one in hot, then the one that cold had
    ///   in its own right. It ceases with `replace`, or when the cold one was restored.
    /// - Holds: *no commit deletes a document that is held at that moment.* Of a migrate and a restore, the later owner
    ///   of the lease has fenced the seats of the earlier before it checks holds or sets them; so either the hold was
    ///   there at `checkHolds`, or the migrate's seat was fenced before the hold could be set.
    func judge(_ world: ModelWorld) -> ModelViolation {
        var violations: ModelViolation = world.shared.heldDeleted ? .heldMoved : []
        var end = world
        if !mutations.contains(.identityByName) {
            // Recovery refuses until collections have their names back.
            end.shared.isHotRenamed = false
            end.shared.isColdRenamed = false
        }
        var seat = 0
        while seat < runs.count * movers {
            if world[seat: seat].isOnHot {
                settle(&end, seat: seat)
            } else if world[seat: seat].isOnCold {
                violations.formUnion(.orphanedSeat)
            }
            seat += 1
        }
        var index = 0
        while index < documents {
            let document = end[document: index]
            let hot = document.hot
            let cold = document.cold
            if document.newest != .none {
                if !document.isKept { violations.formUnion(.loss) }
            } else if hot != .none || cold != .none && document.separate == .none {
                violations.formUnion(.resurrection)
            }
            if document.separate != .none {
                if cold != document.separate { violations.formUnion(.loss) }
            } else if hot != .none, cold != .none || document.otherCold != .none {
                violations.formUnion(.duplicate)
            }
            index += 1
        }
        return violations
    }
}

extension ModelDocument {
    /// Whether the newest version is in a tier or, once it was deleted from hot since cold had it, in quarantine.
    ///
    /// Quarantine is no excuse for anything else.
    fileprivate var isKept: Bool {
        hot == newest || cold == newest || otherHot == newest || otherCold == newest
            || isPurged && quarantined == newest
    }
}
