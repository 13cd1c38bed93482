# Steps: a line while each runs, its time when it is done; when it fails, which step, with what
# status, and the end of its log. Sourced by the commands in bin/ and by tests/suites/.
# shellcheck shell=bash disable=SC2034

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
log_dir=$root/build/log

# A checkout in another folder is the same code: ccache then knows it.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1

if [ -t 1 ] && [ "${TERM:-dumb}" != dumb ]; then
    bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m' live=1
else
    bold='' dim='' red='' green='' plain='' live=''
fi

# Ends the command: what was wrong, then what to do about it (one argument a line).
fail() {
    printf '%s✗ %s%s\n' "$red" "$1" "$plain" >&2
    shift
    if [ $# -gt 0 ]; then printf '  %s\n' "$@" >&2; fi
    exit 1
}

# A log as a person reads it: without colours, without what a progress bar has overwritten, and
# without the far end of a compiler's command line.
plain_text() {
    sed -e 's/.*\r\(.\)/\1/' -e 's/\x1b\[[0-9;?]*[a-zA-Z]//g' | cut -c 1-300
}

# step NAME TITLE COMMAND…: runs COMMAND (a function may be one) with its output in
# build/log/NAME.log. Ends the calling command when it fails. COMMAND runs in a subshell: what it
# sets is gone afterwards.
step() {
    local name=$1 title=$2 log=$log_dir/$1.log started=$SECONDS status ticker=''
    shift 2
    mkdir -p "$log_dir"
    if [ -n "$live" ]; then
        (
            while :; do
                printf '\r%s… %s %ds%s\e[K' "$dim" "$title" $((SECONDS - started)) "$plain"
                sleep 1
            done
        ) &
        ticker=$!
    else
        printf '… %s\n' "$title"
    fi

    # The subshell stands outside any `if` or `||`: within one, bash would ignore `set -e`.
    set +e
    (
        set -e
        "$@"
    ) >"$log" 2>&1 </dev/null
    status=$?
    set -e

    if [ -n "$ticker" ]; then
        kill "$ticker" 2>/dev/null || true
        wait "$ticker" 2>/dev/null || true
        printf '\r\e[K'
    fi
    if [ $status -eq 0 ]; then
        printf '%s✓%s %s %s%ds%s\n' "$green" "$plain" "$title" "$dim" $((SECONDS - started)) "$plain"
        return
    fi
    printf '%s✗ %s failed with status %d. The end of %s:%s\n' \
        "$red" "$title" "$status" "${log#"$root"/}" "$plain" >&2
    tail -n 30 "$log" | plain_text | sed 's/^/    /' >&2
    exit "$status"
}

# checksum PATH…: one line that changes when any file below these paths, or its name, does.
checksum() {
    (
        cd "$root"
        find "$@" -type f -not -path '*/node_modules/*' -not -path '*/vendor/*' -print0 |
            LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum | cut -d' ' -f1
    )
}

# with_lock NAME COMMAND…: lets one process at a time run COMMAND, of all that name this lock.
# What COMMAND leaves running does not hold the lock; what it sets is gone afterwards.
with_lock() {
    local name=$1 lock status
    shift
    mkdir -p "$root/build/lock"
    exec {lock}>"$root/build/lock/$name"
    flock "$lock"
    set +e
    (
        set -e
        exec {lock}>&-
        "$@"
    )
    status=$?
    set -e
    exec {lock}>&-
    return $status
}
