internal import CMongoC

extension Client {
    /// The time of the session's last operation on its deployment: a BSON timestamp; nil before the first one, and on a
    /// standalone server, which has none.
    ///
    /// A read with `afterClusterTime` of it sees what the operation did.
    public var operationTime: BSONValue? {
        var (seconds, increment): (UInt32, UInt32) = (0, 0)
        unsafe mongoc_client_session_get_operation_time(session, &seconds, &increment)
        return seconds == 0 ? nil : .timestamp(seconds: seconds, increment: increment)
    }
}
