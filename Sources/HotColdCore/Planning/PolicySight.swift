internal import Mongo

/// What a policy finds in a collection to go by, asked for one document each: few would doubt a run that moves nothing, or
/// one whose documents are all as old as they can be.
struct PolicySight: Sendable {
    /// The policy at a moment.
    let filter: PolicyFilter
    /// The hot collection.
    let source: Namespace

    /// How long the server may look for a document; without an index it may have to read all of them.
    static let patience = Duration.seconds(10)

    /// Whether the collection has documents, and none with the dates that the policy goes by.
    ///
    /// False where the server did not find that out in time.
    func isBlind(with client: borrowing Client) throws -> Bool {
        guard case .document = try first([:], with: client),
            case .nothing = try first(filter.conditions.classified.matchFilter, with: client)
        else { return false }
        return true
    }

    /// Whether documents would move with dates before what is plausible.
    ///
    /// - Parameter selection: what moves.
    func earlyDates(in selection: BSONDocument, with client: borrowing Client) throws -> EarlyDates {
        let early = filter.conditions.early.matchFilter
        switch try first(["$and": [.document(selection), .document(early)]], with: client) {
        case .document(let document): return EarlyDate(of: document, filter.policy).map(EarlyDates.some) ?? .none
        case .nothing: return .none
        case .unknown: return .unknown(field: filter.policy.fieldsOfAge.first?.path)
        }
    }

    private enum Answer {
        case document(BSONDocument)
        case nothing
        case unknown
    }

    private func first(_ match: BSONDocument, with client: borrowing Client) throws -> Answer {
        let find: BSONDocument = [
            "find": .string(source.collection), "filter": .document(match), "limit": 1,
            "maxTimeMS": .int64(Self.patience.milliseconds),
        ]
        do {
            return try client.all(find, on: source.database).first.map(Answer.document) ?? .nothing
        } catch let error as MongoError
            where error.kind == .server && (error.isOutOfTime || !error.isTransient)
            && !error.isRefusal
        {
            return .unknown  // Or the server runs no query without an index (notablescan).
        }
    }
}

/// Whether documents move with dates that are hardly meant.
enum EarlyDates: Equatable {
    /// None does.
    case none
    /// This one does.
    case some(EarlyDate)
    /// The server has not found that out in time.
    case unknown(field: FieldPath?)

    /// Why a run has to be confirmed; nil where it need not.
    var objection: String? {
        switch self {
        case .none: nil
        case .some(let date): date.objection
        case .unknown(let field):
            "whether documents would move whose \(field.map { "\($0)" } ?? "date") lies before 1980 could not be found"
                + " out in \(PolicySight.patience.milliseconds / 1000) s: no index serves that question"
        }
    }
}

/// A document that a policy calls cold for a date that is hardly meant.
struct EarlyDate: Equatable {
    /// Its `_id`, as Extended JSON.
    let id: String
    /// The field that holds the date.
    let field: DatedField
    /// The date, in milliseconds since 1970 UTC.
    let date: Int64

    /// Reads it; nil where the document has none.
    init?(of document: BSONDocument, _ policy: Policy) {
        let found = policy.fieldsOfAge.map { (field: $0, date: $0.read(document).found.moment ?? .max) }
        guard let (field, date) = found.first(where: { $0.date < PlausibleDates.range.lowerBound }) else { return nil }
        self.id = StructuredValue(extendedJSON: document["_id"] ?? .null).json(.compact)
        self.field = field
        self.date = date
    }

    /// Why a run that moves it has to be confirmed.
    var objection: String { "documents would move whose \(field.path) lies before 1980, \(example)" }

    /// The document, its date, and what the same number says in the unit in which it is plausible.
    var example: String {
        let text = "such as \(id) of \(ISO8601.string(fromMilliseconds: date))"
        guard let number, let unit else { return text }
        let meant = ISO8601.string(fromMilliseconds: unit.milliseconds(of: number))
        let dateType = field.type == .date ? nil : unit.dateType.map { " (date_type \($0.rawValue))" }
        return "\(text); as \(unit.rawValue)\(dateType ?? "") the same number says \(meant)"
    }

    /// The unit in which the number is plausible; nil where there is none.
    var unit: PlausibleDates.Unit? { number.flatMap(PlausibleDates.Unit.init(of:)) }

    private var number: Int64? { field.type.unit?.number(of: date) }
}
