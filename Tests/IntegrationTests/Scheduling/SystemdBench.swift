import Foundation
import TestSupport
import Testing

/// A systemd that has nothing to do but to run hotcold's service, as the first process of a machine of its own.
struct SystemdBench {
    /// Whether one can be started here, with control groups of its own.
    static let isPossible =
        FileManager.default.isExecutableFile(atPath: "/lib/systemd/systemd")
        && PrivateMachine.allows("mount -t cgroup2 cgroup2 /mnt")

    let directory: URL

    /// What became of the service.
    struct Outcome: CustomStringConvertible {
        /// Properties that systemctl(1) shows.
        let state: [String: String]
        let standardOutput: String
        let standardError: String

        var description: String { "\(state)\n--- stdout\n\(standardOutput)\n--- stderr\n\(standardError)" }
    }

    /// Has hotcold write the units for a configuration, and systemd start the service.
    ///
    /// The program lies at a path that means something to systemd, and that the sandbox of the service does not hide.
    func start(
        _ configuration: String,
        _ arguments: [String] = [],
        variables: [String] = []
    ) async throws -> Outcome {
        let call = variables + ["./hotcold", "schedule", "--systemd", "--output", "units", "--config", configuration]
        let result = try await PrivateMachine.run(
            Self.script,
            [HotcoldProcess.binary.path] + call + arguments,
            in: directory
        )
        guard result.exitCode == 0 else { throw CronBench.Unexpected(text: "\(result)") }
        #expect(!"\(result)".contains("s3cret"), "\(result)")
        func text(_ name: String) throws -> String {
            try String(contentsOf: directory.appending(path: name), encoding: .utf8)
        }
        let properties = try text("state").split(separator: "\n").map { $0.split(separator: "=", maxSplits: 1) }
        return Outcome(
            state: Dictionary(
                properties.map { (String($0[0]), $0.dropFirst().joined()) },
                uniquingKeysWith: { first, _ in first }
            ),
            standardOutput: try text("output"),
            standardError: try text("errors")
        )
    }

    private static let script = """
        set -e
        mount --make-rprivate /
        # When timers have elapsed last, also those of an earlier test.
        mount -t tmpfs tmpfs /var/lib/systemd
        mount -t tmpfs tmpfs /srv
        folder='/srv/100%s %% $HOME žluť; ${x}'
        mkdir "$folder"
        cp -L "$1" "$folder/hotcold"
        # What Swift's runtime is, where it lies in a home directory.
        ldd "$1" | awk '$3 ~ /(swift|Foundation|dispatch|Blocks)/ { print $3 }' | xargs -r cp -Lt "$folder"
        shift

        mkdir -p units/hotcold-migrate.service.d
        for unit in sysinit basic shutdown timers network-online umount; do cp /lib/systemd/system/$unit.target units; done
        printf '[Unit]\\n' >units/default.target
        printf '[Service]\\nStandardOutput=append:%s\\nStandardError=append:%s\\n' "$PWD/output" "$PWD/errors" \\
            >units/hotcold-migrate.service.d/output.conf
        rm -f output errors; touch output errors
        ln -sf "$folder/hotcold" hotcold
        env "$@"

        # A part of the tree of control groups for this systemd.
        mkdir -p groups; mount -t cgroup2 cgroup2 groups
        group=groups/hotcold-${PWD##*/}
        mkdir "$group"
        cat >boot <<'END'
        set -e
        echo 0 >"$1/cgroup.procs"
        exec unshare --cgroup --mount --pid --fork --kill-child sh -ec '
            mount -t proc proc /proc
            mount -t tmpfs tmpfs /run
            umount -R /sys/fs/cgroup
            mount -t cgroup2 cgroup2 /sys/fs/cgroup
            mount --make-rshared /
            exec env -i PATH="$PATH" container=test SYSTEMD_UNIT_PATH="$PWD/units" \\
                /lib/systemd/systemd --system --log-target=null --show-status=no'
        END
        sh boot "$group" & machine=$!
        end() {
            kill -KILL $machine
            wait $machine || :
            # What was in it ends a little later.
            while [ -d "$group" ]; do find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.05; done
        }
        trap end EXIT

        inside() { nsenter -t $(cat /proc/$machine/task/$machine/children) -m -p -C "$@"; }
        until inside systemctl is-system-running >running 2>&1 || grep -q degraded running; do
            kill -0 $machine
            sleep 0.05
        done
        inside systemctl start hotcold-migrate.service || :
        inside systemctl show hotcold-migrate.service -p Result,ExecMainStatus,ActiveState,SubState >state
        inside systemctl start hotcold-migrate.timer
        inside systemctl show hotcold-migrate.timer -p NextElapseUSecRealtime >>state
        """
}
