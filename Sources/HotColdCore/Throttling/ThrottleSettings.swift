/// How much a run minds others who use the same servers.
public struct ThrottleSettings: Equatable, Sendable {
    /// The replication lag of any member of either tier at which a run pauses; from half of it on it slows down.
    ///
    /// Zero is not to look at the lag.
    public var maximumLag: Duration
    /// A run pauses while the oplog of a replica set with other members reaches back for less; zero is not to look.
    public var minimumOplogWindow: Duration
    /// A run pauses while less than these bytes are free on the disk that documents go to.
    ///
    /// nil is a twentieth of the disk, and 5 GiB where that is less. Zero is not to look.
    public var minimumFreeDisk: Int64?
    /// A run leaves room for others who ask for something where a server's processors are busier than this, of all that
    /// they could do; zero is not to look.
    public var maximumProcessorShare: Double
    /// From 0, as fast as can be, to 10: one batch at a time, and rest for nine tenths of the time.
    public var nice: Int
    /// A run pauses as long as there is a file of this name.
    public var pauseFile: String?
    /// A pause ends a run when it has lasted for so long; zero is never.
    public var maximumPause: Duration
    /// Whether it looks at the servers at all.
    var looksAtServers = true

    /// Creates settings; the defaults are those of a run of which nobody says anything.
    public init(
        maximumLag: Duration = .seconds(10),
        minimumOplogWindow: Duration = .seconds(3600),
        minimumFreeDisk: Int64? = nil,
        maximumProcessorShare: Double = 0.75,
        nice: Int = 0,
        pauseFile: String? = nil,
        maximumPause: Duration = .seconds(4 * 3600)
    ) {
        self.maximumLag = maximumLag
        self.minimumOplogWindow = minimumOplogWindow
        self.minimumFreeDisk = minimumFreeDisk
        self.maximumProcessorShare = maximumProcessorShare
        self.nice = nice
        self.pauseFile = pauseFile
        self.maximumPause = maximumPause
    }

    /// Of a run that settles a few documents while an operator waits.
    static let none: ThrottleSettings = {
        var settings = ThrottleSettings()
        settings.looksAtServers = false
        return settings
    }()

    /// The share of its time that a run works for niceness alone.
    var niceShare: Double { 1 - 0.09 * Double(nice) }
}
