/// What became of a document that a run moved.
enum DocumentFate: Sendable, Equatable {
    /// The target has it, byte for byte, or in the version that the same run has replaced it with.
    case intact
    /// The target has it with other bytes, and no run put them there.
    case changed
    /// It is in neither tier, and no run took it away.
    case deleted
    /// Another run moved it, or it is in the source again without any record of that.
    case movedBack(run: String?)

    /// The last move of the document since.
    struct LaterMove: Sendable, Equatable {
        let run: String
        /// Whether the run is the same: it found the `_id` in the source again and replaced what it had moved.
        let isOfSameRun: Bool
        /// Whether it went the other way.
        let isReverse: Bool
        /// Whether the target has what was brought then.
        let isIntact: Bool
    }

    /// Judges a document.
    ///
    /// - Parameters:
    ///   - isIntact: the target has it, byte for byte.
    ///   - isInTarget: the target has the `_id`.
    ///   - isInSource: the source has it.
    ///   - later: the last move of it since, if there is one.
    init(isIntact: Bool, isInTarget: Bool, isInSource: Bool, later: LaterMove?) {
        self =
            switch later {
            case _ where isIntact: .intact
            case .some(let move) where move.isOfSameRun && move.isIntact: .intact
            case .some(let move) where move.isReverse || move.isIntact: .movedBack(run: move.run)
            case _ where isInTarget: .changed
            case nil where isInSource: .movedBack(run: nil)
            case .some, nil: .deleted
            }
    }
}
