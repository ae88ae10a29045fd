internal import HotColdCore

/// What a schedule has run, and how often.
struct ScheduledJob: Equatable, Sendable {
    /// What it is for.
    enum Purpose: String, Sendable {
        /// Move what is cold.
        case migrate
        /// Prove what runs have moved.
        case verify
        /// Raise alerts.
        case stats
    }

    /// How often it runs.
    enum Frequency: String, CaseIterable, Sendable {
        case hourly, daily, weekly, monthly

        /// The days that lie between two runs, and one more: no moment is left out.
        var days: Int {
            switch self {
            case .hourly, .daily: 2
            case .weekly: 8
            case .monthly: 32
            }
        }
    }

    /// What it is for.
    var purpose = Purpose.migrate
    /// How often it runs.
    var frequency = Frequency.daily
    /// When it starts; of an hourly one the minute.
    var time: StartTime
    /// Options of `migrate` that were given for it.
    var options: [String] = []

    /// The arguments of hotcold, without its name and the configuration.
    var arguments: [String] {
        switch purpose {
        case .migrate: ["migrate", "--all", "--quiet"] + options
        case .verify: ["verify", "--journal", "--days", "\(frequency.days)", "--quiet"]
        case .stats: ["stats", "--notify", "--quiet"]
        }
    }

    /// The name of its units.
    var unit: String { "hotcold-\(purpose.rawValue)" }

    /// What it does, as the description of a unit.
    var title: String {
        switch purpose {
        case .migrate: "move cold documents to the archive"
        case .verify: "prove that the archive has what was moved there"
        case .stats: "mail when the hot tier becomes too large"
        }
    }

    /// The fields of a crontab's line: minute, hour, day of the month, month, day of the week.
    var cronFields: String {
        switch frequency {
        case .hourly: "\(time.minute) * * * *"
        case .daily: "\(time.minute) \(time.hour) * * *"
        case .weekly: "\(time.minute) \(time.hour) * * 0"
        case .monthly: "\(time.minute) \(time.hour) 1 * *"
        }
    }

    /// The same as systemd says it (systemd.time(7)).
    var calendarEvent: String {
        switch frequency {
        case .hourly: "*-*-* *:\(time.text.suffix(2)):00"
        case .daily: "*-*-* \(time.text):00"
        case .weekly: "Sun *-*-* \(time.text):00"
        case .monthly: "*-*-01 \(time.text):00"
        }
    }

    /// How often, as the beginning of a timer's description.
    var howOften: String {
        switch frequency {
        case .hourly: "Every hour"
        case .daily: "Every night"
        case .weekly: "Every week"
        case .monthly: "Every month"
        }
    }
}

extension StartTime {
    /// So many minutes later on the clock.
    func later(byMinutes minutes: Int) -> StartTime {
        let minute = (hour * 60 + self.minute + minutes) % (24 * 60)
        return StartTime(hour: minute / 60, minute: minute % 60)
    }
}
