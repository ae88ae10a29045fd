internal import Mongo

/// What the load of a deployment asks of a run.
///
/// Each rule slows the run down from one value on and pauses it from another on, so that it works as much as the servers
/// bear, and does not swing between all and nothing.
struct LoadRules {
    let settings: ThrottleSettings
    /// Whether documents go to this deployment.
    let isTarget: Bool

    /// Everything that a look shows.
    func strains(_ load: ServerLoad) -> [Strain] {
        [lag(load), flowControl(load), cache(load), disk(load), oplog(load)].compactMap(\.self)
    }

    private func lag(_ load: ServerLoad) -> Strain? {
        let limit = settings.maximumLag
        guard limit > .zero else { return nil }
        let name: String
        let lag: Duration
        if let member = load.lag {
            guard let known = member.lag else {
                let detail = "\(member.name) is down, and how far it is behind is not known"
                return Strain(.replicationLag, workShare: 0, detail)
            }
            (name, lag) = (member.name, known)
        } else {
            guard let known = load.majorityLag else { return nil }
            (name, lag) = ("the majority of \(load.server.members)", known)
        }
        let down = load.lag?.isDown == true ? "down, and " : ""
        return Strain(
            .replicationLag,
            lag.seconds,
            slowFrom: limit.seconds / 2,
            pauseAt: limit.seconds,
            "\(name) is \(down)\(Self.text(lag)) behind (limit \(Self.text(limit)))"
        )
    }

    private func flowControl(_ load: ServerLoad) -> Strain? {
        guard load.isFlowControlled else { return nil }
        return Strain(.flowControl, workShare: 0, "\(load.server.sentenceName) holds writes back by flow control")
    }

    private func cache(_ load: ServerLoad) -> Strain? {
        let shares = [
            (load.dirtyShare, "changed pages", 0.75, load.triggers.dirty),
            (load.updatesShare, "changes", 0.75, load.triggers.updates),
            (load.usedShare, "pages", 0.97, load.triggers.used),
        ]
        return shares.compactMap { share, what, slow, trigger in
            guard let share else { return nil }
            return Strain(
                .cachePressure,
                share,
                slowFrom: slow * trigger,
                pauseAt: trigger,
                "\(share.percent) of the cache of \(load.server.sentenceName) are \(what)"
                    + " (limit \(trigger.percent))"
            )
        }
        .min { $0.workShare < $1.workShare }
    }

    private func disk(_ load: ServerLoad) -> Strain? {
        guard isTarget, let disk = load.disk else { return nil }
        let limit = settings.minimumFreeDisk ?? min(disk.total / 20, 5 << 30)
        guard limit > 0 else { return nil }
        // The less is free, the more is asked: a limit on the negative.
        return Strain(
            .diskSpace,
            -Double(disk.free),
            slowFrom: -1.1 * Double(limit),
            pauseAt: -Double(limit),
            "the disk of \(load.server.sentenceName) has \(disk.free.megabytes) left"
                + " (limit \(limit.megabytes))"
        )
    }

    private func oplog(_ load: ServerLoad) -> Strain? {
        let limit = settings.minimumOplogWindow
        guard limit > .zero, let window = load.oplogWindow else { return nil }
        return Strain(
            .oplogWindow,
            -window.seconds,
            slowFrom: -1.5 * limit.seconds,
            pauseAt: -limit.seconds,
            "the oplog of \(load.server.sentenceName) reaches back for \(Self.text(window))"
                + " (limit \(Self.text(limit)))"
        )
    }

    /// `14 s`, `12 min`, `36 h`: what is left over does not matter.
    private static func text(_ duration: Duration) -> String {
        let seconds = Int(saturating: duration.seconds)
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7200: return "\(seconds / 60) min"
        default: return "\((seconds / 3600).grouped) h"
        }
    }
}

extension Double {
    /// A share as `15 %`.
    var percent: String { "\(Int(saturating: self * 100)) %" }
}

extension Finding.Server {
    /// The deployment as the subject of a sentence.
    var sentenceName: String {
        switch self {
        case .hot: "the hot server"
        case .cold: "the cold server"
        case .both: "the server"
        }
    }

    /// Whose members.
    fileprivate var members: String {
        switch self {
        case .hot: "the hot tier's members"
        case .cold: "the cold tier's members"
        case .both: "the members"
        }
    }
}
