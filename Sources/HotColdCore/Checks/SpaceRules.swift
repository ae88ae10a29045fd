internal import Mongo

/// Whether the archive's disk and oplog can take what would move.
///
/// All entries share them. The numbers come from samples, and are of uncompressed documents: an upper bound.
enum SpaceRules {
    /// Everything about the deployment of the archives.
    ///
    /// - Parameters:
    ///   - bytes: about how much would move.
    ///   - areOne: whether it is the hot deployment too.
    static func findings(
        moving bytes: Int64,
        to cold: ServerFacts,
        from hot: ServerFacts?,
        areOne: Bool
    ) -> [Finding] {
        [disk(bytes, cold, areOne || hot.map { sharesDisk($0, cold) } == true), oplog(bytes, cold)]
            .compactMap(\.self).map { $0.on(cold.server) }
    }

    private static func disk(_ bytes: Int64, _ cold: ServerFacts, _ isShared: Bool) -> Finding? {
        guard let disk = cold.disk, bytes > disk.free else { return nil }
        let shared = isShared ? "; it is the hot tier's disk too, and what is deleted from hot does not leave it" : ""
        return Finding(
            .warning,
            .diskSpace,
            "about \(bytes.megabytes) would move, and the archive's disk has \(disk.free.megabytes) left\(shared)",
            meaning: "if compression does not save enough, the server stops when the disk is full",
            remedy: "make room first, or begin with --limit and watch"
        )
    }

    /// Members and change streams that were away for longer than the oplog reaches have to start anew.
    private static func oplog(_ bytes: Int64, _ cold: ServerFacts) -> Finding? {
        guard let capacity = cold.oplogBytes, bytes > capacity else { return nil }
        return Finding(
            .notice,
            .oplogWindow,
            "about \(bytes.megabytes) would move, and the oplog holds \(capacity.megabytes)",
            meaning:
                "moved at once, it pushes everything else out: members, backups and change streams that lag start anew",
            remedy: "spread the migration with --max-rate or --max-duration, or enlarge the oplog"
        )
    }

    /// Whether two deployments write to one disk, as far as their addresses and its size tell.
    private static func sharesDisk(_ hot: ServerFacts, _ cold: ServerFacts) -> Bool {
        guard let (one, other) = hot.disk.flatMap({ one in cold.disk.map { (one, $0) } }) else { return false }
        return one.total == other.total && hot.host != nil && hot.host == cold.host
    }
}
