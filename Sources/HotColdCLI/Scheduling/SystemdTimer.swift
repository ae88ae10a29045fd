/// The timer that starts the service of the same name once a day.
struct SystemdTimer {
    private let time: StartTime

    /// A timer for this time of day.
    init(at time: StartTime) { self.time = time }

    /// The unit file.
    var text: String {
        """
        [Unit]
        Description=Every night: move cold documents to the archive

        [Timer]
        OnCalendar=*-*-* \(time.text):00
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
