internal import Mongo

/// What one pass over a collection tells apart: the interval of every dated field's date, or the type that is there in
/// its place.
///
/// The server counts documents and adds up bytes by cell; a few hundred rows say everything that policies, thresholds and
/// histograms ask of millions of documents, and no document travels.
struct DateGrid: Sendable {
    /// A field and the intervals of its dates.
    struct Axis: Sendable {
        let field: DatedField
        let intervals: DateIntervals
    }

    /// Where a document is on an axis.
    enum Position: Hashable, Sendable {
        /// In an interval, by its date.
        case interval(Int)
        /// Without a usable date: the server's name of the type that is there, or `missing`.
        case type(String)
    }

    /// The documents of one position on every axis.
    struct Cell: Sendable {
        var positions: [Position]
        var sum: Sum
    }

    /// One for each field that a policy names, whether or not it decides.
    let axes: [Axis]
    /// The field whose extremes are looked for.
    private let sortDate: DatedField

    /// A grid for the fields of a policy, cut at these moments (which may repeat), in milliseconds since 1970.
    init(_ policy: Policy, dateCuts: [Int64], accessCuts: [Int64]) {
        // A missing access field may count by the date field: then its cuts are those of both.
        let standsIn = policy.accessStandIn != nil
        var axes: [Axis] = []
        func add(_ field: DatedField?, _ cuts: [Int64]) {
            guard let field else { return }
            if let index = axes.firstIndex(where: { $0.field == field }) {
                axes[index] = Axis(field: field, intervals: DateIntervals(cuts: axes[index].intervals.cuts + cuts))
            } else {
                axes.append(Axis(field: field, intervals: DateIntervals(cuts: cuts)))
            }
        }
        add(policy.datedDateField, standsIn ? dateCuts + accessCuts : dateCuts)
        add(policy.datedAccessField, accessCuts)
        self.axes = axes
        sortDate = policy.sortDate
    }

    // MARK: On the server

    /// An expression for a document's positions.
    var key: BSONValue {
        .document(BSONDocument(axes.enumerated().map { ("\($0)", $1.field.position(in: $1.intervals)) }))
    }

    /// The `$group` stage whose rows `cell(_:)` reads.
    var groupStage: BSONValue {
        [
            "$group": [
                "_id": key, "documents": ["$sum": 1], "bytes": ["$sum": ["$bsonSize": "$$ROOT"]],
                "oldest": ["$min": sortDate.extremum], "newest": ["$max": sortDate.extremum],
            ]
        ]
    }

    /// Reads a row of the answer.
    ///
    /// - Throws: `MigrationError.bug` for one that makes no sense.
    func cell(_ row: BSONDocument, policy: Policy) throws -> Cell {
        let positions = try axes.indices.map { axis in
            let value = row["_id"]?.document?["\(axis)"]
            if let interval = value?.integer.map(Int.init), 0..<axes[axis].intervals.count ~= interval {
                return Position.interval(interval)
            }
            guard let type = value?.string else { throw MigrationError.bug("a row of a census that makes no sense") }
            return Position.type(type)
        }
        var sum = Sum(documents: Int(row["documents"]?.quantity ?? 0), bytes: row["bytes"]?.quantity ?? 0)
        // Elsewhere they are extremes among values of any type.
        if let axis = axes.firstIndex(where: { $0.field == sortDate }), case .interval = positions[axis] {
            sum.oldest = row["oldest"].flatMap(policy.date(fromExpression:))
            sum.newest = row["newest"].flatMap(policy.date(fromExpression:))
        }
        return Cell(positions: positions, sum: sum)
    }

    // MARK: Asking a cell

    /// What every document of a cell has at a field, as far as conditions tell: some moment of the interval stands for
    /// all of them.
    func found(_ field: DatedField, in cell: Cell) -> Found {
        guard let axis = axes.firstIndex(where: { $0.field == field }) else { return .missing }
        switch cell.positions[axis] {
        case .interval(let interval): return .date(axes[axis].intervals.moment(in: interval))
        case .type("missing"): return .missing
        case .type("null"): return .null
        case .type(let name):
            let type = BSONType.allCases.first { $0.alias == name } ?? .undefined
            return field.type.bsonTypes.contains(type) ? .noDate(type) : .wrongType(type)
        }
    }

    /// Whether a condition holds for the documents of a cell.
    ///
    /// - Precondition: the grid is cut wherever the condition looks.
    func holds(_ condition: Condition, in cell: Cell) -> Bool { condition.holds { found($0, in: cell) } }
}

extension DateGrid {
    /// Documents, added up.
    struct Sum: Sendable, Equatable {
        var documents = 0
        var bytes: Int64 = 0
        /// The earliest of their dates, in milliseconds since 1970.
        var oldest: Int64?
        /// The latest of them.
        var newest: Int64?

        static func += (left: inout Sum, right: Sum) {
            left.documents = left.documents.addingOrSaturated(right.documents)
            left.bytes = left.bytes.addingOrSaturated(right.bytes)
            left.oldest = [left.oldest, right.oldest].compactMap(\.self).min()
            left.newest = [left.newest, right.newest].compactMap(\.self).max()
        }
    }
}

extension [DateGrid.Cell] {
    /// The sum of those cells for which a test is true.
    func sum(where isIncluded: (DateGrid.Cell) -> Bool = { _ in true }) -> DateGrid.Sum {
        reduce(into: DateGrid.Sum()) { if isIncluded($1) { $0 += $1.sum } }
    }
}
