internal import HotColdCore

/// What an adoption has recorded, for people.
struct AdoptionText {
    private let report: AdoptionReport
    private let style: TextStyle

    init(_ report: AdoptionReport, style: TextStyle = .plain) {
        self.report = report
        self.style = style
    }

    /// The text, ending with a newline.
    var text: String {
        let name = style.bold(report.collection.name.shown)
        let archive = "\(report.collection.cold)"
        let verb = report.isDryRun ? "would be" : "is"
        let documents = report.documents.map { ", with \(Quantity.documents($0))" } ?? ""
        let how = report.isSameCollection ? "the same collection by its UUID" : "another collection"
        let records =
            "\(Quantity.count(report.records.runs, "record")) of runs and"
            + " \(Quantity.count(report.records.batches, "record")) of the journal"
        return "\(name): \(archive) \(verb) recorded as the archive in the place of \(report.former)\n"
            + "  \(how)\(documents); \(records) \(report.isDryRun ? "would name" : "name") it\n"
    }
}
