internal import HotColdCore

/// The services and their timers, as files of a directory.
struct SystemdUnits {
    /// A unit file.
    struct Unit {
        /// Where it belongs, or was written.
        let path: String
        /// What is in it.
        let text: String
    }

    /// A job's two units.
    private struct Pair {
        let job: ScheduledJob
        let service: Unit
        let timer: Unit
    }

    /// Where an administrator's units belong.
    private static let usualDirectory = "/etc/systemd/system"

    private let pairs: [Pair]
    private let isWritten: Bool

    /// Makes all.
    ///
    /// - Parameter directory: where they are to be written; nil where they are only to be printed.
    init(_ run: ScheduledRun, directory: String?) {
        let place = directory ?? Self.usualDirectory
        pairs = run.jobs.map { job in
            let base = place.hasSuffix("/") ? place + job.unit : "\(place)/\(job.unit)"
            return Pair(
                job: job,
                service: Unit(path: base + ".service", text: SystemdService(run, job).text),
                timer: Unit(path: base + ".timer", text: SystemdTimer(job).text)
            )
        }
        isWritten = directory != nil
    }

    /// All.
    var all: [Unit] { pairs.flatMap { [$0.service, $0.timer] } }

    /// What standard output gets: the files below their paths, or just the paths of files that were written.
    var text: String {
        isWritten
            ? all.map { $0.path + "\n" }.joined()
            : all.map { "# \($0.path)\n\($0.text)" }.joined(separator: "\n")
    }

    /// What `--json` has: the units of the migration, and those of other jobs by their names.
    var structured: StructuredValue {
        let others = pairs.filter { $0.job.purpose != .migrate }.map { pair in
            StructuredValue.Member(
                pair.job.purpose.rawValue,
                ["service": .string(pair.service.text), "timer": .string(pair.timer.text)]
            )
        }
        let migration = pairs.first { $0.job.purpose == .migrate }
        return .object(
            [
                StructuredValue.Member("service", migration.map { .string($0.service.text) } ?? .null),
                StructuredValue.Member("timer", migration.map { .string($0.timer.text) } ?? .null),
            ] + others + [
                StructuredValue.Member("files", isWritten ? .array(all.map { .string($0.path) }) : .null)
            ]
        )
    }
}
