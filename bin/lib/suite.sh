# What the suites in tests/suites/ have in common. Each is a command that can be run alone and
# fails with a non-zero status; its output is its log.
# shellcheck shell=bash

# shellcheck source=bin/lib/steps.sh
. "$(dirname "${BASH_SOURCE[0]}")/steps.sh"
# shellcheck source=bin/lib/packages.sh
. "$root/bin/lib/packages.sh"
# shellcheck source=bin/lib/extension.sh
. "$root/bin/lib/extension.sh"
# shellcheck source=bin/lib/application.sh
. "$root/bin/lib/application.sh"

cd "$root" || exit
cores=${REVERB_TEST_CORES:-$(nproc)}

# build_core DIR TARGET OPTION…: configures and builds the core with CMake in build/DIR. Suites
# that share a directory wait for each other.
build_core() {
    with_lock "core-$1" build_core_locked "$@"
}

build_core_locked() {
    local dir=$root/build/$1 target=$2
    shift 2
    cmake -S "$root" -B "$dir" -G Ninja "$@"
    cmake --build "$dir" --target "$target" --parallel "$cores"
}

# The core, its tests and its fuzzers with AddressSanitizer and UndefinedBehaviorSanitizer: built
# once for the suites core-address and fuzz.
build_core_address() { # TARGET
    build_core core-address "$1" -DCMAKE_CXX_COMPILER=clang++ -DREVERB_FUZZ=ON \
        -DREVERB_SANITIZE=address
}

# The C++ files that are ours to lay out.
cpp_files() {
    find ext tests/core tests/fuzz bench \( -name '*.h' -o -name '*.cpp' \) -type f 2>/dev/null |
        LC_ALL=C sort
}

# run_phpt EXTENSION DIR: runs the phpt files below DIR with EXTENSION (a path, or a name for one
# that is installed); what they print goes to DIR as well.
run_phpt() {
    local php summary=$2/summary kind
    php=$(command -v php)
    TEST_PHP_EXECUTABLE=$php NO_INTERACTION=1 REPORT_EXIT_STATUS=1 SKIP_ONLINE_TESTS=1 \
        php -n "$(phpize_build_dir)/run-tests.php" -n -q -d "extension=$1" \
        -j"$cores" --show-diff "$2" | tee "$summary"
    for kind in skipped warned borked leaked failed; do
        if grep -qE "^Tests $kind *: +[1-9]" "$summary"; then fail "phpt: some tests $kind"; fi
    done
    grep -qE '^Tests passed *: +[1-9]' "$summary" || fail 'No phpt test has run'
}

# Where phpize keeps what it copies into an extension: run-tests.php, for one.
phpize_build_dir() {
    # phpize is a shell script that sets these.
    (eval "$(grep -E '^(prefix|datarootdir|exec_prefix|phpdir)=' "$(command -v phpize)")" &&
        echo "${phpdir:?}")
}
