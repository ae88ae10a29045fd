import Foundation
import TestSupport

/// Debian's cron with one crontab, and the mail that it sends; it sees nothing of the machine's own crontabs.
struct CronBench {
    /// Where the crontab belongs.
    enum Place: String, CaseIterable {
        /// With `crontab -e`, of a user.
        case user = "/var/spool/cron/crontabs/root"
        /// Beside others, with a column for the user.
        case system = "/etc/cron.d/hotcold"
    }

    /// Whether there is one here.
    static let isPossible = FileManager.default.isExecutableFile(atPath: "/usr/sbin/cron") && PrivateMachine.isPossible

    let directory: URL

    /// Runs the job of a crontab once, and waits for its end.
    ///
    /// - Returns: The mails in which cron sent what the job wrote, without their headers.
    func run(_ crontab: String, at place: Place) async throws -> [String] {
        // Cron starts these when it is started itself.
        let lines = crontab.split(separator: "\n").map { $0.replacing(#/^[0-9]+ [0-9]+ \* \* \* /#, with: "@reboot ") }
        let jobs = lines.filter { !$0.hasPrefix("#") }
        guard jobs.count == 1, jobs[0].hasPrefix("@reboot ") else { throw Unexpected(text: crontab) }
        let shell = "SHELL=\(directory.path)/shell\n"
        try Data((shell + lines.joined(separator: "\n") + "\n").utf8).write(to: directory.appending(path: "crontab"))
        let result = try await PrivateMachine.run(Self.script, [place.rawValue], in: directory)
        guard result.exitCode == 0 else { throw Unexpected(text: "\(result)") }
        let mails = directory.appending(path: "mails")
        return try FileManager.default.contentsOfDirectory(atPath: mails.path).map { name in
            let mail = try String(contentsOf: mails.appending(path: name), encoding: .utf8)
            return mail.split(separator: "\n\n", maxSplits: 1).dropFirst().joined()
        }
    }

    /// What should have been otherwise.
    struct Unexpected: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }

    /// Cron's shell says that the job has begun; cron's child that has it, and sends its mail, is there until the end.
    private static let script = """
        set -e
        mount --make-rprivate /
        for place in /run /etc/cron.d /var/spool/cron; do mount -t tmpfs tmpfs $place; done
        mkdir -m 1730 /var/spool/cron/crontabs
        rm -rf mails programs begun; mkdir mails programs
        cp /usr/sbin/cron programs
        printf '#!/bin/sh\\ncat >"%s/mails/$$"\\n' "$PWD" >programs/sendmail
        printf '#!/bin/sh\\n: >"%s/begun"\\nexec /bin/sh "$@"\\n' "$PWD" >shell
        chmod 755 programs/sendmail shell
        : >empty; mount --bind empty /etc/crontab
        install -m 600 crontab "$1"
        mount --bind programs /usr/sbin
        /usr/sbin/cron -f & cron=$!
        while [ ! -e begun ] || [ -n "$(cat /proc/$cron/task/$cron/children)" ]; do
            kill -0 $cron
            sleep 0.05
        done
        kill $cron
        """
}
