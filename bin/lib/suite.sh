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

# build_core DIR TARGET OPTION…: configures and builds the core with CMake in build/DIR.
build_core() {
    local dir=$root/build/$1 target=$2
    shift 2
    cmake -S "$root" -B "$dir" -G Ninja "$@"
    cmake --build "$dir" --target "$target" --parallel "$cores"
}

# core_files: the C++ files of the core, its tests and the binding.
cpp_files() {
    find ext tests/core tests/fuzz bench \( -name '*.h' -o -name '*.cpp' \) -type f 2>/dev/null |
        LC_ALL=C sort
}
