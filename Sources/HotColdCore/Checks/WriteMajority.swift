internal import Mongo

/// Whether the members of a replica set that are up suffice to acknowledge a write with majority.
///
/// An arbiter votes and acknowledges nothing: beside it a set keeps its primary, and no write is ever acknowledged.
struct WriteMajority: Equatable, Sendable {
    /// Members that can acknowledge, and that a majority counts.
    var up: Int
    /// How many it takes.
    var needed: Int

    /// Whether writes are acknowledged.
    var isThere: Bool { up >= needed }

    /// Reads the replies to `replSetGetStatus` and `replSetGetConfig`; nil where they do not say.
    init?(status: BSONDocument, configuration: BSONDocument) {
        guard let needed = status["writeMajorityCount"]?.quantity else { return nil }
        let voters = (configuration["config"]?.document?["members"]?.array ?? []).compactMap(\.document).filter {
            $0["votes"]?.quantity != 0 && $0["arbiterOnly"]?.bool != true
        }
        let names = Set(voters.compactMap { $0["host"]?.string })
        let members = (status["members"]?.array ?? []).compactMap(\.document)
        up = members.count { member in
            let serves = [1, 2].contains(member["state"]?.quantity) && member["health"]?.number != 0
            return serves && member["name"]?.string.map(names.contains) == true
        }
        self.needed = Int(needed)
    }
}
