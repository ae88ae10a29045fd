extension ScheduledRun {
    /// Refuses paths and values that the scheduler has no way to write.
    ///
    /// - Throws: `Failure`.
    func checkPaths(for scheduler: ScheduleOptions.Scheduler) throws {
        let written = [executable, configuration] + environment.settings.map(\.value) + jobs.flatMap(\.options)
        for text in written where text.unicodeScalars.contains(where: \.properties.isControl) {
            throw Failure(.usage, "\(text.shown) has control characters, which no schedule takes", hint: "rename it")
        }
        switch scheduler {
        case .cron:
            let length = jobs.map { CrontabText(self).command(of: $0).utf8.count }.max() ?? 0
            guard length <= Self.longestCommand else {
                throw Failure(
                    .usage,
                    "cron takes commands of at most \(Self.longestCommand) bytes, and this one has \(length)",
                    hint: "use shorter paths"
                )
            }
        case .systemd:
            // systemd refuses the program for these.
            if executable.unicodeScalars.contains(where: #"\"'"#.unicodeScalars.contains) {
                throw Failure(
                    .usage,
                    "systemd starts no program with quotes or a backslash in its path",
                    hint: "move it"
                )
            }
            // A backslash would continue the line, and blanks at its end are not part of it.
            if let last = configuration.last, last == #"\"# || last.isWhitespace {
                throw Failure(
                    .usage,
                    "systemd takes no path that ends with a blank or a backslash: \(configuration.shown)",
                    hint: "rename it"
                )
            }
        }
    }

    /// Whether the sandbox of the service has something else where the executable is.
    var isHiddenFromService: Bool {
        ["/home/", "/root/", "/run/user/", "/tmp/", "/var/tmp/"].contains(where: executable.hasPrefix)
    }

    /// What Debian's crontab(1) takes, in bytes.
    private static let longestCommand = 998
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool { generalCategory == .control }
}
