/// What kind of thing was found; scripts may depend on the raw values, of which none ever changes its meaning.
public enum FindingCode: String, CaseIterable, Sendable {
    // MARK: About a deployment

    /// It does not answer, or not as hotcold needs it.
    case serverUnreachable = "server_unreachable"
    /// It does not let the user of the connection string in.
    case loginRefused = "login_refused"
    /// The user may not do something that hotcold does.
    case missingPrivilege = "missing_privilege"
    /// It is a mongos, a shard or a config server.
    case shardedCluster = "sharded_cluster"
    /// It was started to become a shard.
    case notYetSharded = "not_yet_sharded"
    /// It is a standalone server.
    case noTransactions = "no_transactions"
    /// Its version lacks what hotcold uses.
    case serverTooOld = "server_too_old"
    /// The archive's server is older than the hot one.
    case coldServerOlder = "cold_server_older"
    /// Clocks differ.
    case clockDifference = "clock_difference"
    /// A member of its replica set is down, out of service, or far behind.
    case memberBehind = "member_behind"
    /// Somebody has locked it against writes.
    case serverLocked = "server_locked"
    /// Too few members of its replica set are up to acknowledge a write.
    case noMajority = "no_majority"
    /// The archive's disk may not hold what would move.
    case diskSpace = "disk_space"
    /// What would move may fill the oplog.
    case oplogWindow = "oplog_window"
    /// A majority of its members acknowledges what is not on disk.
    case majorityNotJournaled = "majority_not_journaled"
    /// Its storage engine keeps nothing on disk.
    case storageNotPersistent = "storage_not_persistent"
    /// It has no journal.
    case noJournal = "no_journal"
    /// Something could not be looked at.
    case notChecked = "not_checked"

    // MARK: About an entry of the configuration

    /// `--all` leaves it out.
    case entryDisabled = "entry_disabled"
    /// Originals stay.
    case originalsKept = "originals_kept"
    /// Copies are not compared before originals are deleted.
    case copiesNotVerified = "copies_not_verified"
    /// Two tiers meet in one collection.
    case sameNamespace = "same_namespace"
    /// The server does not understand the configured filter.
    case filterRefused = "filter_refused"

    // MARK: About a collection

    /// It is a view.
    case view
    /// It is a time-series collection.
    case timeSeries = "time_series"
    /// It is capped.
    case capped
    /// It is one of the server's own.
    case systemCollection = "system_collection"
    /// Some of its fields are encrypted by Queryable Encryption.
    case encryptedFields = "encrypted_fields"
    /// It is a half of a GridFS bucket.
    case gridFS = "gridfs"
    /// The hot collection, or a restore's archive, does not exist.
    case sourceMissing = "source_missing"
    /// The archive does not exist yet.
    case targetMissing = "target_missing"
    /// The server's count of its documents is wrong.
    case wrongCount = "wrong_count"
    /// There is nothing in it.
    case emptyCollection = "empty_collection"
    /// A TTL index takes documents before the policy does.
    case ttlBeforePolicy = "ttl_before_policy"
    /// A TTL index takes documents after the policy.
    case ttlAfterPolicy = "ttl_after_policy"
    /// A TTL index goes by a field that the policy does not look at.
    case ttlOnOtherField = "ttl_on_other_field"
    /// A TTL index takes what is moved there.
    case ttlOnTarget = "ttl_on_target"
    /// A unique index may refuse documents.
    case uniqueIndex = "unique_index"
    /// A validator may refuse documents.
    case validator
    /// The default collations of both collections differ.
    case differentCollations = "different_collations"
    /// It has a default collation, and the server no transactions.
    case collationWithoutTransactions = "collation_without_transactions"
    /// Images of deleted documents are kept for change streams.
    case preImages = "pre_images"

    // MARK: About fields and indexes

    /// No index serves the policy.
    case noIndex = "no_index"
    /// An index on the policy's field can't give the oldest first.
    case indexWithoutOrder = "index_without_order"
    /// No sampled document has a field of the policy.
    case fieldNotFound = "field_not_found"
    /// Some documents do not have a field of the policy.
    case fieldMissing = "field_missing"
    /// Some documents have it with a type, or a text, that is no date.
    case wrongType = "wrong_type"
    /// A query of the policy compares a field with a value of another type than the documents have.
    case typeMismatch = "type_mismatch"
    /// Some documents have it with a date that is hardly meant.
    case implausibleDates = "implausible_dates"
    /// Some documents have it inside an array.
    case fieldInArray = "field_in_array"

    // MARK: About runs

    /// A run is at work.
    case runInProgress = "run_in_progress"
    /// A dead run left its lease.
    case staleLease = "stale_lease"
    /// A dead run may have left documents in both tiers.
    case unsettledRun = "unsettled_run"
    /// A dead run left something half-way that only other clusters can settle.
    case unsettledElsewhere = "unsettled_elsewhere"
    /// Documents were taken out of the archive and may be nowhere else.
    case quarantinedDocuments = "quarantined_documents"
    /// The tiers are not what they were to earlier runs.
    case tiersChanged = "tiers_changed"
    /// Restored documents are held in hot.
    case heldDocuments = "held_documents"
}
