# The extension, built once into build/ext from a copy of the sources, so that phpize leaves
# nothing between them. Built again only when a source, PHP or a library has changed.
# shellcheck shell=bash disable=SC2154

extension=${REVERB_EXTENSION:-$root/build/ext/modules/reverb.so}

extension_inputs() {
    checksum config.m4 ext stubs
    php-config --version --extension-dir
    dpkg-query -W -f='${Package} ${Version}\n' libwebsockets-dev libuv1-dev libsimdjson-dev \
        libhiredis-dev libssl-dev zlib1g-dev
}

compile_extension() {
    local dir=$root/build/ext state
    mkdir -p "$dir"
    cd "$dir" || return
    # A Makefile is of no use when config.m4, the list of sources or PHP was another.
    state=$({
        sha256sum <"$root/config.m4"
        cd "$root" && find ext -name '*.cpp' | LC_ALL=C sort
        php-config --version --configure-options
    } | sha256sum)
    if [ "$(cat .configured 2>/dev/null)" != "$state" ]; then
        find . -mindepth 1 -delete
    fi
    # Objects go as well: phpize's Makefile does not know which header is in which, ccache does.
    rm -rf ext stubs modules/*
    cp -a "$root/config.m4" "$root/ext" "$root/stubs" .
    if [ ! -e Makefile ]; then
        phpize
        ./configure CC='ccache gcc' CXX='ccache g++'
        echo "$state" >.configured
    fi
    make --no-print-directory -s -j"$(nproc)"
    test -s modules/reverb.so
}

build_extension_locked() {
    local inputs
    inputs=$(extension_inputs)
    if [ -s "$extension" ] && [ "$(cat "$root/build/ext/.inputs" 2>/dev/null)" = "$inputs" ]; then
        return
    fi
    step extension 'Building the extension' compile_extension
    echo "$inputs" >"$root/build/ext/.inputs"
}

# Builds what is out of date; then $REVERB_EXTENSION is the extension to load. Somebody who sets
# REVERB_EXTENSION brings one of his own.
build_extension() {
    if [ -n "${REVERB_EXTENSION:-}" ]; then
        [ -s "$REVERB_EXTENSION" ] ||
            fail "REVERB_EXTENSION names $REVERB_EXTENSION, which is not there"
        return
    fi
    [ -e "$root/config.m4" ] || fail 'config.m4 is not there: the extension cannot be built'
    with_lock extension build_extension_locked
    export REVERB_EXTENSION=$extension
}
