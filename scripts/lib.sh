# shellcheck shell=bash
# Shared by the scripts beside it: messages, and installing what is missing. To be sourced, not run.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

# Says something on stderr: stdout is for results.
message() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# die CODE WORDS...: 64 wrong usage, 69 something is missing or cannot be reached, as hotcold's own exit codes.
die() {
    local code=$1
    shift
    message "$@"
    exit "$code"
}

# await_child PID: its exit status, however often a signal that is trapped ends the wait.
await_child() {
    local code
    while :; do
        code=0
        wait "$1" || code=$?
        kill -0 "$1" 2>/dev/null || return "$code"
    done
}

# descendants PID: the processes that it has started, and those that they have.
descendants() {
    local process children
    children=$(cat /dev/null "/proc/$1/task"/*/children 2>/dev/null) || true
    for process in $children; do
        echo "$process"
        descendants "$process"
    done
}

# Whether what a Debian package brings is there, however it came there. Cheap: a second run costs nothing.
is_installed() {
    case $1 in
        libmongoc-dev) pkg-config --exists libmongoc-1.0 ;;
        binutils) command -v strip ;;
        debian-archive-keyring) [[ -e /usr/share/keyrings/debian-archive-keyring.gpg ]] ;;
        debootstrap) [[ -x /usr/sbin/debootstrap ]] ;; # Not on the PATH of everybody.
        dpkg-dev) command -v dpkg-shlibdeps ;;
        libcurl4) python3 -c 'import ctypes; ctypes.CDLL("libcurl.so.4")' ;;
        python3-pip) python3 -c 'import pip' ;;
        cron) [[ -x /usr/sbin/cron ]] ;; # Not on the path of everybody.
        systemd) [[ -x /lib/systemd/systemd ]] ;;
        time) [[ -x /usr/bin/time ]] ;; # The shell has a word of that name.
        python3-venv) python3 -c 'import ensurepip' ;;
        *) command -v "$1" ;;
    esac >/dev/null 2>&1
}

as_root() {
    if [[ $(id -u) -eq 0 ]]; then
        "$@"
    else
        sudo "$@"
    fi
}

# Silent unless it fails.
apt_get() {
    local output
    if ! output=$(as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 "$@" 2>&1); then
        printf '%s\n' "$output" >&2
        die 69 "apt-get $1 failed"
    fi
}

# install_packages PACKAGE...: installs those of the Debian packages that are missing.
install_packages() {
    local package missing=()
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0

    if ! command -v apt-get >/dev/null || { [[ $(id -u) -ne 0 ]] && ! command -v sudo >/dev/null; }; then
        die 69 "please install these, here named as on Debian: ${missing[*]}"
    fi
    message "installing ${missing[*]}"
    apt_get update
    apt_get install --yes --no-install-recommends "${missing[@]}"
}

# Everything that building hotcold takes.
install_build_requirements() {
    if ! command -v swift >/dev/null; then
        die 69 "Swift 6.2 or later is not on the PATH; see https://www.swift.org/install/"
    fi
    install_packages pkg-config libmongoc-dev
    if ! pkg-config --atleast-version=1.23 libmongoc-1.0; then
        die 69 "libmongoc 1.23 or later is needed, here is $(pkg-config --modversion libmongoc-1.0)"
    fi
}

# Builds hotcold as it is shipped, with the moments at which tests stop it: an optimizer makes mistakes of its own, and only
# what was tested is known to be free of them. Beside it are the libraries that show it another clock or another boot. Its
# path on stdout.
build_tested_hotcold() {
    local product options=(-c release --scratch-path .build-tested -Xswiftc -DHALTING_POINTS)
    for product in hotcold WrongClock OtherBoot; do swift build "${options[@]}" --product "$product" >&2 || return; done
    echo "$(swift build "${options[@]}" --show-bin-path)/hotcold"
}

# A HOT_MONGO_URI left in the environment would send a demo or a test to somebody's real data.
forget_hotcold_environment() {
    unset HOTCOLD_CONFIG HOT_MONGO_URI COLD_MONGO_URI HOT_MONGO_DB COLD_MONGO_DB HOT_THRESHOLD_DAYS \
        COLD_THRESHOLD_DAYS HOT_ACCESS_DAYS MIGRATION_BATCH_SIZE DELETE_AFTER_MIGRATION VERIFY_MIGRATION \
        MONITORING_ENABLED ALERT_THRESHOLD_GB HOTCOLD_SENDMAIL
}
