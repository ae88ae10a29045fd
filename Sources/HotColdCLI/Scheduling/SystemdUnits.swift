internal import HotColdCore

/// The service and its timer, as files of a directory.
struct SystemdUnits {
    /// A unit file.
    struct Unit {
        /// Where it belongs, or was written.
        let path: String
        /// What is in it.
        let text: String
    }

    /// Whose name the units have.
    private static let name = "hotcold-migrate"

    /// Where an administrator's units belong.
    private static let usualDirectory = "/etc/systemd/system"

    private let service: Unit
    private let timer: Unit
    private let isWritten: Bool

    /// Makes both.
    ///
    /// - Parameter directory: where they are to be written; nil where they are only to be printed.
    init(_ run: ScheduledRun, directory: String?) {
        let place = directory ?? Self.usualDirectory
        let base = place.hasSuffix("/") ? place + Self.name : "\(place)/\(Self.name)"
        service = Unit(path: base + ".service", text: SystemdService(run).text)
        timer = Unit(path: base + ".timer", text: SystemdTimer(at: run.time).text)
        isWritten = directory != nil
    }

    /// Both.
    var all: [Unit] { [service, timer] }

    /// What standard output gets: the files below their paths, or just the paths of files that were written.
    var text: String {
        isWritten
            ? all.map { $0.path + "\n" }.joined()
            : all.map { "# \($0.path)\n\($0.text)" }.joined(separator: "\n")
    }

    /// What `--json` has.
    var structured: StructuredValue {
        [
            "service": .string(service.text), "timer": .string(timer.text),
            "files": isWritten ? .array(all.map { .string($0.path) }) : .null,
        ]
    }
}
