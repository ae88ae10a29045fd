/// The timer that starts the service of the same name.
struct SystemdTimer {
    private let job: ScheduledJob

    /// The timer of a job.
    init(_ job: ScheduledJob) { self.job = job }

    /// The unit file.
    var text: String {
        """
        [Unit]
        Description=\(job.howOften): \(job.title)

        [Timer]
        OnCalendar=\(job.calendarEvent)
        # A machine that was off at that time catches up.
        Persistent=true
        # Machines that share a cluster do not all begin at once.
        RandomizedDelaySec=5min
        AccuracySec=1min

        [Install]
        WantedBy=timers.target

        """
    }
}
