internal import Mongo

/// How much a collection takes: what the server's `collStats` says of it.
///
/// Sums of several collections are usages, too.
public struct StorageUsage: Sendable, Hashable {
    /// How many documents there are, as the server keeps count; after a crash of the server it may be a little off.
    public var documents: Int64 = 0
    /// The documents' bytes, uncompressed: the logical size.
    public var dataBytes: Int64 = 0
    /// The bytes of the collection's file on disk.
    public var storageBytes: Int64 = 0
    /// The bytes of all indexes on disk.
    public var indexBytes: Int64 = 0
    /// The part of `storageBytes` that holds nothing, and that new documents will use.
    public var reusableBytes: Int64 = 0

    /// Nothing.
    public init() {}

    /// Bytes of a document on average, rounded down as the server does; 0 where there is none.
    public var averageDocumentBytes: Int64 { documents > 0 ? dataBytes / documents : 0 }

    /// How many logical bytes a byte on disk holds; nil where nothing is on disk.
    public var compressionRatio: Double? { storageBytes > 0 ? Double(dataBytes) / Double(storageBytes) : nil }

    /// Adds another collection's usage.
    public static func += (left: inout StorageUsage, right: StorageUsage) {
        left.documents = left.documents.addingOrSaturated(right.documents)
        left.dataBytes = left.dataBytes.addingOrSaturated(right.dataBytes)
        left.storageBytes = left.storageBytes.addingOrSaturated(right.storageBytes)
        left.indexBytes = left.indexBytes.addingOrSaturated(right.indexBytes)
        left.reusableBytes = left.reusableBytes.addingOrSaturated(right.reusableBytes)
    }
}

extension StorageUsage {
    /// Reads a reply to `collStats`; what it does not have counts as 0.
    ///
    /// Sizes are int32, int64 or double, whichever the server finds large enough.
    init(collStats reply: BSONDocument) {
        documents = reply["count"]?.quantity ?? 0
        dataBytes = reply["size"]?.quantity ?? 0
        storageBytes = reply["storageSize"]?.quantity ?? 0
        indexBytes = reply["totalIndexSize"]?.quantity ?? 0
        reusableBytes = reply["freeStorageSize"]?.quantity ?? 0
    }
}
