internal import CMongoC

extension Client {
    /// Runs a body whose commands are not waited for beyond a moment.
    ///
    /// The driver knows one `socketTimeoutMS` for all commands. One that is given up fails as a broken connection does:
    /// the server may carry it out.
    ///
    /// - Throws: what the body throws.
    public func waiting<Success>(
        until deadline: ContinuousClock.Instant,
        _ body: () throws -> Success
    ) rethrows -> Success {
        let before = unsafe limits.pointee.deadline
        defer { unsafe limits.pointee.deadline = before }
        unsafe hotcold_set_deadline(limits, (deadline - .now).microseconds)
        return try body()
    }

    /// Runs a body whose commands may take as long as they do: passes over whole collections, during which a server sends
    /// nothing.
    ///
    /// One that is away, or frozen, is waited for no longer than otherwise. Not for what others wait for, such as writes.
    ///
    /// - Throws: what the body throws.
    public func patiently<Success>(_ body: () throws -> Success) rethrows -> Success {
        let before = unsafe limits.pointee.is_patient
        defer { unsafe limits.pointee.is_patient = before }
        unsafe limits.pointee.is_patient = true
        return try body()
    }

    /// Whether the moment has passed until which commands are waited for.
    public var isOutOfTime: Bool { unsafe hotcold_deadline_has_passed(limits) }

    /// Throws where a command would not be waited for.
    func checkTime() throws {
        guard !isOutOfTime, !pool.givesUp else {
            let message = "the server has not answered for too long, and was not asked again"
            throw MongoError(.network, message: message).at(pool.place)
        }
    }

    /// What a command failed with.
    func failure(_ error: bson_error_t, reply: BSONDocument, since start: ContinuousClock.Instant) -> MongoError {
        let failure = MongoError(error, reply: reply).at(pool.place)
        guard [.network, .serverSelection].contains(failure.kind) else { return failure }
        pool.missedAnswer(to: start)
        guard unsafe hotcold_take_gave_up(limits) else { return failure }
        let seconds = (ContinuousClock.now - start).components.seconds
        return failure.saying("no answer from the server within \(seconds) s")
    }
}

extension MongoError {
    /// The same in other words than the driver's.
    fileprivate func saying(_ message: String) -> MongoError {
        MongoError(kind, code: code, codeName: codeName, message: message, labels: labels).at(place)
    }
}

extension Duration {
    var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}
