/// The service that runs a job once, with as few rights as that takes.
struct SystemdService {
    /// Under this name the service finds the configuration.
    private static let credential = "policies.json"

    private let run: ScheduledRun
    private let job: ScheduledJob

    /// The service of a job of a run whose paths were checked.
    init(_ run: ScheduledRun, _ job: ScheduledJob) {
        self.run = run
        self.job = job
    }

    /// The unit file.
    var text: String {
        """
        [Unit]
        Description=\(job.title.firstUppercased)
        Wants=network-online.target
        After=network-online.target mongod.service
        # With Restart= below: at most six runs in three hours.
        StartLimitIntervalSec=3h
        StartLimitBurst=6

        [Service]
        Type=oneshot
        ExecStart=\(run.executable.systemdWord) \(arguments) --config ${CREDENTIALS_DIRECTORY}/\(Self.credential)
        # Stopped by an operator, with what was begun finished.
        SuccessExitStatus=\(Self.list(ExitCode.allCases.filter { $0 != .ok && $0.restart == .success }))
        # Again only where a server is away (\(ExitCode.unavailable.rawValue)) or another run holds a collection (\(ExitCode.busy.rawValue)).
        Restart=on-failure
        RestartSec=10min
        RestartPreventExitStatus=\(Self.list(ExitCode.allCases.filter { $0.restart == .never })) \(Self.crashes)
        # Batches in flight are finished before it ends; killed after that, it leaves what the next run settles.
        TimeoutStopSec=5min

        # The configuration may hold passwords: systemd reads the file, and nobody but this service sees the copy.
        LoadCredential=\(Self.credential):\(run.configuration.systemdPath)
        \(environment)\(user)

        \(Self.sandbox)

        """
    }

    private var arguments: String { job.arguments.map(\.systemdArgument).joined(separator: " ") }

    /// Lines for what the run has in its environment, each with its end.
    private var environment: String {
        var lines = run.environment.settings.map { "Environment=\("\($0.name)=\($0.value)".systemdWord)\n" }
        if !run.environment.secrets.isEmpty {
            lines.append("# Mode 0600: \(run.environment.secrets.joined(separator: " and ")).\n")
            lines.append("EnvironmentFile=\(run.secretsFile.systemdPattern)\n")
        }
        return lines.joined()
    }

    private var user: String { run.user.map { "User=\($0)" } ?? "DynamicUser=yes" }

    private static func list(_ codes: [ExitCode]) -> String {
        codes.map { "\($0.rawValue)" }.joined(separator: " ")
    }

    /// The signals that end a program with a bug, or one that the kernel had no memory for.
    private static let crashes = "SIGABRT SIGBUS SIGFPE SIGILL SIGKILL SIGSEGV SIGSYS SIGTRAP"

    /// What it does not need is closed to it.
    ///
    /// Not `ProcSubset=pid`: by the kernel's boot id the next run knows that a run that was killed is dead, and takes its
    /// lease over at once. Nor `RemoveIPC=yes`: it comes with `DynamicUser=`, and would take what others have who share a
    /// user that was named.
    private static let sandbox = """
        # It reads that file, talks to servers, and needs nothing else of this machine.
        NoNewPrivileges=yes
        CapabilityBoundingSet=
        AmbientCapabilities=
        ProtectSystem=strict
        ProtectHome=yes
        PrivateTmp=yes
        PrivateDevices=yes
        ProtectProc=invisible
        ProtectClock=yes
        ProtectHostname=yes
        ProtectKernelLogs=yes
        ProtectKernelModules=yes
        ProtectKernelTunables=yes
        ProtectControlGroups=yes
        RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
        RestrictNamespaces=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes
        LockPersonality=yes
        MemoryDenyWriteExecute=yes
        KeyringMode=private
        UMask=0077
        SystemCallArchitectures=native
        SystemCallFilter=@system-service
        SystemCallFilter=~@privileged
        SystemCallErrorNumber=EPERM
        """
}

extension ExitCode {
    /// What systemd makes of the end of a run.
    fileprivate enum Restart {
        /// It is none of its business.
        case success
        /// The run is tried again.
        case later
        /// Trying again would come to the same.
        case never
    }

    fileprivate var restart: Restart {
        switch self {
        case .ok, .hungUp, .interrupted, .terminated: .success
        case .unavailable, .busy: .later
        case .leftBehind, .usage, .differingBytes, .bug, .outputLost, .refused, .configuration: .never
        }
    }
}
