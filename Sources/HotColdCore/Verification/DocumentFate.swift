/// What became of a document that a run moved.
enum DocumentFate: Sendable, Equatable {
    case intact
    /// The target has it with other bytes, and no run put them there.
    case changed
    /// It is in neither tier, and no run took it away.
    case deleted
    /// Another run moved it, or it is in the source again without any record of that.
    case movedBack(run: String?)

    /// A later run that moved the document, the last of them.
    struct LaterMove: Sendable, Equatable {
        let run: String
        /// Whether it went the other way.
        let isReverse: Bool
        /// Whether the target has what that run brought.
        let isIntact: Bool
    }

    /// Judges a document.
    ///
    /// - Parameters:
    ///   - isIntact: the target has it, byte for byte.
    ///   - isInTarget: the target has the `_id`.
    ///   - isInSource: the source has it.
    ///   - later: the last run that moved it since, if there is one.
    init(isIntact: Bool, isInTarget: Bool, isInSource: Bool, later: LaterMove?) {
        self =
            switch later {
            case _ where isIntact: .intact
            case .some(let move) where move.isReverse || move.isIntact: .movedBack(run: move.run)
            case _ where isInTarget: .changed
            case nil where isInSource: .movedBack(run: nil)
            case .some, nil: .deleted
            }
    }
}
