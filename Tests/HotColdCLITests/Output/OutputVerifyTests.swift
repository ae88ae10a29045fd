import Foundation
import Testing

@testable import HotColdCLI
@testable import HotColdCore

@Suite("A verification for people")
struct OutputVerifyTests {
    static let comparisons: [(name: String, TierComparison)] = [
        ("clean", .clean), ("expected", .expected), ("duplicates", .duplicates), ("leftovers", .leftovers),
        ("fixed", .fixed), ("unsettled", .unsettled), ("missing", .missing), ("refused", .refused),
    ]

    static let proofs: [(name: String, RunProof)] = [
        ("proven", .proven), ("damaged", .damaged), ("partly-expired", .partlyExpired), ("expired", .expired),
        ("restored", .restored), ("restored-expired", .restoredAndExpired), ("copies", .copies),
    ]

    @Test("of the tiers reads as in the golden file", arguments: comparisons)
    func comparison(name: String, comparison: TierComparison) throws {
        try expectGolden(ComparisonText(comparison).text, "verify-\(name).txt")
    }

    @Test("of a run reads as in the golden file", arguments: proofs)
    func proof(name: String, proof: RunProof) throws {
        try expectGolden(RunProofText(proof).text, "verify-run-\(name).txt")
    }

    @Test("has no number that the JSON lacks", arguments: comparisons)
    func comparisonNumbers(name: String, comparison: TierComparison) {
        expectNumbers(of: ComparisonText(comparison).text, in: comparison.structured { _ in 1 })
    }

    @Test("of a run has no number that the JSON lacks", arguments: proofs)
    func proofNumbers(name: String, proof: RunProof) {
        expectNumbers(of: RunProofText(proof).text, in: proof.structured)
    }

    @Test("never lets what documents hold steer a terminal")
    func controlCharacters() {
        #expect(!RunProofText(.damaged).text.contains("\u{1B}"))
    }
}
