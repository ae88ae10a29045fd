internal import CMongoC

/// A MongoDB connection string, checked by the driver, that never shows its password.
public struct ConnectionString: Hashable, Sendable, CustomStringConvertible {
    let text: String

    /// Parses a `mongodb://` or `mongodb+srv://` string.
    ///
    /// - Throws: `MongoError` of kind `invalidURI`, also for what the driver would drop; its message holds no password.
    public init(_ text: String) throws {
        self.text = text
        let uri = try unsafe Self.parse(text)
        defer { unsafe mongoc_uri_destroy(uri) }
        if let objection = unsafe Self.objection(to: text, uri) { throw Self.refusal(of: text, objection) }
    }

    /// Compares bytes.
    public static func == (one: ConnectionString, other: ConnectionString) -> Bool { one.text.isExactly(other.text) }

    /// Hashes bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(ExactName(text)) }

    /// The string with password and secret options replaced by `***`.
    public var description: String { Self.redact(text) }

    /// The driver's form with what hotcold needs and the operator left out: a name for logs and profilers, timeouts
    /// that suit a command line, majority acknowledgement, compression on the way to other machines.
    ///
    /// The caller destroys it.
    ///
    /// `serverSelectionTimeoutMS` is 5 s where the driver's 30 s would leave an operator waiting; `connectTimeoutMS`
    /// too. `heartbeatFrequencyMS` is 5 s, since a command is waited for as long as its server's monitor gets answers.
    /// `socketTimeoutMS` is a day: how long a command is waited for is said command by command.
    func driverURI(
        applicationName: String,
        maximumPoolSize: Int,
        isJournaled: Bool = true
    ) throws -> OpaquePointer {
        let uri = try unsafe Self.parse(text)
        unsafe mongoc_uri_set_appname(uri, applicationName)
        unsafe mongoc_uri_set_option_as_int32(uri, MONGOC_URI_MAXPOOLSIZE, Int32(maximumPoolSize))
        let timeouts = [
            (MONGOC_URI_SERVERSELECTIONTIMEOUTMS, Int32(5_000)), (MONGOC_URI_CONNECTTIMEOUTMS, 5_000),
            (MONGOC_URI_HEARTBEATFREQUENCYMS, 5_000), (MONGOC_URI_SOCKETTIMEOUTMS, 86_400_000),
        ]
        for (option, milliseconds) in timeouts where unsafe !mongoc_uri_has_option(uri, option) {
            unsafe mongoc_uri_set_option_as_int32(uri, option, milliseconds)
        }
        unsafe setConcerns(of: uri, isJournaled: isJournaled)
        if unsafe !Self.staysOnMachine(uri), unsafe bson_count_keys(mongoc_uri_get_compressors(uri)) == 0 {
            // A document travels three times. 1.2 times as many a second over 1 Gbit/s, 6 times over 100 Mbit/s
            // (docs/performance.md); zstd was faster than snappy over the slowest line only.
            unsafe mongoc_uri_set_compressors(uri, "snappy,zstd")
        }
        return unsafe uri
    }

    /// The name of the replica set that is named; nil where none is.
    public var replicaSet: String? {
        guard let uri = try? unsafe Self.parse(text) else { return nil }  // It was parsed before.
        defer { unsafe mongoc_uri_destroy(uri) }
        return unsafe mongoc_uri_get_replica_set(uri).map { unsafe String(cString: $0) }
    }

    /// The same for the first host alone, whatever set it is of, for a question that must not take long; nil where DNS has
    /// the hosts.
    public var direct: ConnectionString? {
        let scheme = "mongodb://"
        guard text.hasPrefix(scheme) else { return nil }
        let query = text.firstIndex(of: "?") ?? text.endIndex
        let authority = text.index(text.startIndex, offsetBy: scheme.count)..<query
        let hosts = text[authority].lastIndex(of: "@").map(text.index(after:)) ?? authority.lowerBound
        let first = text[hosts..<query].prefix { !",/".contains($0) }
        let path = text[hosts..<query].drop { $0 != "/" }
        let others = text[query...].dropFirst().split(separator: "&").filter { option in
            let name = option.prefix { $0 != "=" }.lowercased()
            return !["replicaset", "directconnection", "loadbalanced", "serverselectiontimeoutms"].contains(name)
        }
        let options = (others + ["directConnection=true", "serverSelectionTimeoutMS=1000"]).joined(separator: "&")
        return try? ConnectionString(text[..<hosts] + first + (path.isEmpty ? "/" : path) + "?" + options)
    }

    /// Whether it says itself how long a command is waited for.
    var hasSocketTimeout: Bool {
        guard let uri = try? unsafe Self.parse(text) else { return false }  // It was parsed before.
        defer { unsafe mongoc_uri_destroy(uri) }
        return unsafe mongoc_uri_has_option(uri, MONGOC_URI_SOCKETTIMEOUTMS)
    }

    /// The hosts, and the user if one is named: `user app at db1:27017, db2:27017`.
    var whoAndWhere: String {
        guard let uri = try? unsafe Self.parse(text) else { return description }  // It was parsed before.
        defer { unsafe mongoc_uri_destroy(uri) }
        let service = unsafe mongoc_uri_get_srv_hostname(uri).map { unsafe String(cString: $0) }
        let hosts = unsafe Self.hosts(of: uri) { unsafe hotcold_host_and_port($0) }
        let place = service ?? hosts.joined(separator: ", ")
        guard let user = unsafe mongoc_uri_get_username(uri) else { return place }
        return unsafe "user \(String(cString: user)) at \(place)"
    }

    /// A text of each host that is named: none where DNS has them.
    private static func hosts(
        of uri: OpaquePointer,
        _ text: (UnsafePointer<mongoc_host_list_t>) -> UnsafePointer<CChar>?
    ) -> [String] {
        var hosts: [String] = []
        var next = unsafe mongoc_uri_get_hosts(uri)
        while let host = unsafe next {
            if let text = unsafe text(host) { unsafe hosts.append(String(cString: text)) }
            unsafe next = UnsafePointer(host.pointee.next)
        }
        return hosts
    }

    /// Whether all hosts that are named are this machine.
    private static func staysOnMachine(_ uri: OpaquePointer) -> Bool {
        let hosts = unsafe hosts(of: uri) { unsafe hotcold_host($0) }
        return !hosts.isEmpty && hosts.allSatisfy(isLoopback)
    }

    /// Whether a host is this machine by its name alone: a socket in the file system, or the loopback.
    static func isLoopback(_ host: String) -> Bool {
        host.hasPrefix("/") || host.hasPrefix("127.") || host == "::1" || host.lowercased() == "localhost"
    }

    /// Reads for verification and every write go to the primary and a majority, whatever the string says.
    ///
    /// Commands that need a read concern say it; the string's own would be sent as well, and the server refuses a
    /// field that stands twice.
    private func setConcerns(of uri: OpaquePointer, isJournaled: Bool) {
        let preference = unsafe mongoc_read_prefs_new(MONGOC_READ_PRIMARY)
        defer { unsafe mongoc_read_prefs_destroy(preference) }
        unsafe mongoc_uri_set_read_prefs_t(uri, preference)
        let readConcern = unsafe mongoc_read_concern_new()
        defer { unsafe mongoc_read_concern_destroy(readConcern) }
        unsafe mongoc_uri_set_read_concern(uri, readConcern)
        let majority = unsafe makeMajority(isJournaled: isJournaled)
        defer { unsafe mongoc_write_concern_destroy(majority) }
        unsafe mongoc_uri_set_write_concern(uri, majority)
    }

    static func parse(_ text: String) throws -> OpaquePointer {
        var error = bson_error_t()
        guard !text.utf8.contains(0), let uri = unsafe mongoc_uri_new_with_error(text, &error) else {
            throw refusal(of: text, fault(in: text))
        }
        // The driver ends a password at its first @ and takes the rest of it for a part of a host's name.
        guard unsafe !hosts(of: uri, { unsafe hotcold_host($0) }).contains(where: { $0.contains("@") }) else {
            unsafe mongoc_uri_destroy(uri)
            throw refusal(of: text, encoding)
        }
        return unsafe uri
    }

    private static func refusal(of text: String, _ reason: String) -> MongoError {
        MongoError(.invalidURI, message: "invalid connection string \(redact(text)): \(reason)")
    }

    /// The driver's reason for refusing a string.
    ///
    /// It quotes parts of what it parses, sometimes half a password, so it is asked about the redacted string: where
    /// that is right, the fault is in what was redacted.
    private static func fault(in text: String) -> String {
        var error = bson_error_t()
        guard !text.utf8.contains(0) else { return "it holds a NUL" }
        if let uri = unsafe mongoc_uri_new_with_error(redact(text), &error) {
            unsafe mongoc_uri_destroy(uri)
            return encoding
        }
        return messageText(error)
    }

    private static let encoding =
        "the password or a secret option is malformed; its special characters must be percent-encoded, an @ as %40"
}

/// The write concern of every write: on the disks of a majority.
///
/// A majority alone says that only where `writeConcernMajorityJournalDefault` is true: elsewhere members acknowledge what
/// they lose when they are killed. It waits 30 s, not for ever: then the outcome is unknown. The caller destroys it.
///
/// - Parameter isJournaled: false for servers without a journal, which refuse to be asked for it.
func makeMajority(isJournaled: Bool) -> OpaquePointer? {
    let majority = unsafe mongoc_write_concern_new()
    unsafe mongoc_write_concern_set_wmajority(majority, 30_000)
    if isJournaled { unsafe mongoc_write_concern_set_journal(majority, true) }
    return unsafe majority
}

// MARK: - Redaction

extension ConnectionString {
    /// Options whose values are secrets, in lower case.
    static let secretOptions: Set<String> = [
        "authmechanismproperties", "tlscertificatekeyfilepassword", "sslclientcertificatekeypassword",
    ]

    /// The parts of a string that must not be shown, found without the help of a parser: malformed ones count too.
    private static func secretRanges(of text: String) -> [Range<String.Index>] {
        var ranges: [Range<String.Index>] = []
        // A password that is not percent-encoded may hold `/`, `?` and `@`: take everything up to the last `@`.
        let start = endOfScheme(of: text)
        if let at = text[start...].lastIndex(of: "@"), let colon = text[start..<at].firstIndex(of: ":") {
            ranges.append(text.index(after: colon)..<at)
        }
        // Nor can it be told where a secret option that is not percent-encoded ends: it and all after it are hidden.
        for option in text.split(whereSeparator: { "?&;".contains($0) }) {
            guard let equals = option.firstIndex(of: "="), secretOptions.contains(option[..<equals].lowercased())
            else { continue }
            let value = option.index(after: equals)
            if let userInfo = ranges.popLast() {
                let overlap = userInfo.upperBound > value
                ranges.append(overlap ? min(userInfo.lowerBound, value)..<text.endIndex : userInfo)
                if overlap { break }
            }
            ranges.append(value..<text.endIndex)
            break
        }
        return ranges
    }

    /// The position after `mongodb://`, or the start where the text has no scheme.
    private static func endOfScheme(of text: String) -> String.Index {
        guard let separator = text.firstRange(of: "://") else { return text.startIndex }
        let scheme = text[..<separator.lowerBound]
        return scheme.allSatisfy { $0.isLetter || $0 == "+" } ? separator.upperBound : text.startIndex
    }

    /// Any text that may be a connection string, with its secrets replaced by `***`.
    public static func redact(_ text: String) -> String {
        var text = text
        for range in secretRanges(of: text).reversed() { text.replaceSubrange(range, with: "***") }
        return text
    }
}

extension ConnectionString: CustomReflectable {
    /// Nothing but the redacted string: `dump` and test failures look into values.
    public var customMirror: Mirror { Mirror(self, children: ["redacted": description]) }
}
