import Mongo
import Testing

@testable import HotColdCore

@Suite("A storage report")
struct StorageReportTests {
    @Test("reads collStats in any numeric type, and takes for 0 what is not there")
    func collStats() {
        let usage = StorageUsage(collStats: [
            "count": .int32(3), "size": .double(1e12), "storageSize": .int64(1 << 40), "totalIndexSize": 4096,
            "freeStorageSize": .double(4096.4),
        ])
        #expect(usage.documents == 3 && usage.dataBytes == 1_000_000_000_000 && usage.storageBytes == 1 << 40)
        #expect(usage.indexBytes == 4096 && usage.reusableBytes == 4096)
        #expect(usage.averageDocumentBytes == 333_333_333_333)
        #expect(StorageUsage(collStats: [:]) == StorageUsage())
        #expect(StorageUsage(collStats: ["size": .double(.infinity), "count": "many"]) == StorageUsage())
    }

    @Test("divides by nothing that is not there")
    func nothing() {
        #expect(StorageUsage().averageDocumentBytes == 0)
        #expect(StorageUsage().compressionRatio == nil)
    }

    @Test("sums up what could be measured")
    func sums() {
        let report = StorageReport.sample([
            "a": (.measured(.sample(10, documents: 2)), .measured(.sample(5))),
            "b": (.failed(.bug("")), .missing), "c": (.measured(.sample(1)), .measured(.sample(2))),
        ])
        #expect(report.hot == .sample(11, documents: 3) && report.cold == .sample(7, documents: 2))
    }

    @Test("has the shape that its users know, with what was added behind it")
    func shape() throws {
        let usage = StorageUsage(collStats: [
            "count": 50_000, "size": 131_596_288, "storageSize": 63_019_418, "totalIndexSize": 12_582_912,
            "freeStorageSize": 3_355_443,
        ])
        let report = StorageReport.sample(["users": (.measured(usage), .missing)])
        let json = report.structured(status: .completed) { _ in 0 }
        #expect(json["schema_version"] == 1 && json["command"] == "stats" && json["status"] == "completed")
        #expect(json["timestamp"] == .date(milliseconds: StorageReport.now))
        let hot = try #require(json["hot"]?["users"])
        #expect(hot["size_mb"] == 125.5 && hot["document_count"] == 50_000 && hot["index_mb"] == 12.0)
        #expect(hot["storage_mb"] == .double(63_019_418 / 1_048_576) && hot["average_document_bytes"] == 2631)
        #expect(hot["reusable_mb"] == .double(3_355_443 / 1_048_576) && hot["size_bytes"] == 131_596_288)
        #expect(hot["namespace"] == "shop.users" && hot["collection"] == "users" && hot["status"] == "measured")
        #expect(hot["compression_ratio"] == .double(131_596_288 / 63_019_418) && hot["error"] == .null)
        let cold = try #require(json["cold"]?["users_archive"])
        #expect(cold["size_mb"] == 0.0 && cold["document_count"] == 0 && cold["average_document_bytes"] == 0)
        #expect(cold["status"] == "missing" && cold["compression_ratio"] == .null)
        let total = try #require(json["total"])
        #expect(total["hot_size_gb"] == .double(131_596_288 / 1_073_741_824) && total["cold_size_gb"] == 0.0)
        #expect(total["total_documents"] == 50_000 && total["hot"]?["size_mb"] == 125.5)
        #expect(json["alerts"] == [])
    }

    @Test("has no number where none is known, and says why")
    func unknown() {
        let error = MigrationError.unsuitable(reason: "shop.users is a view", hint: "don't")
        let report = StorageReport.sample(["users": (.failed(error), .missing)])
        let hot = report.structured(status: .partial) { _ in 1 }["hot"]?["users"]
        #expect(hot?["size_mb"] == .null && hot?["document_count"] == .null && hot?["status"] == "failed")
        #expect(hot?["error"] == ["code": 1, "message": "shop.users is a view", "hint": "don't"])
        #expect(report.errors.count == 1)
    }

    @Test("raises an alert above the threshold, not at it, and none without monitoring")
    func alerts() {
        #expect(StorageReport.hot(1 << 30).alerts.isEmpty)
        #expect(StorageReport.hot(1 << 30 + 1, enabled: false).watches.isEmpty)
        let report = StorageReport.hot(3 << 29)
        #expect(report.alerts == [StorageWatch(kind: .hotSize, valueBytes: 3 << 29, thresholdGB: 1)])
        let json = report.structured(status: .completed) { _ in 0 }
        #expect(json["alerts"] == [["kind": "hot_size", "value_gb": 1.5, "threshold_gb": 1.0]])
    }
}
