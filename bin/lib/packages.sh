# Debian's packages: installs what is missing, as root or through sudo, and nothing that is there.
# shellcheck shell=bash disable=SC2154

# The version of PHP that is worked with: the one on PATH, else Debian 12's.
php_version() {
    if command -v php >/dev/null; then
        php -n -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;'
    else
        echo 8.2
    fi
}

# Names of packages by what they are needed for. A command that is there already, from wherever,
# needs no package.
packages_of() {
    local php
    php=php$(php_version)
    case $1 in
        runtime) # what an application with the extension needs
            echo "$php-cli $php-mbstring $php-xml $php-curl $php-sqlite3 $php-zip"
            echo libwebsockets-evlib-uv
            ;;
        build) # what building the extension needs
            echo "$php-dev g++ make pkg-config ccache libwebsockets-dev libuv1-dev"
            echo libsimdjson-dev libhiredis-dev libssl-dev zlib1g-dev
            ;;
        tools) # what fetches and bundles the dependencies of applications
            command -v composer >/dev/null || echo composer
            command -v node >/dev/null || echo nodejs
            command -v npm >/dev/null || echo npm
            echo unzip ca-certificates
            ;;
        cluster) # what examples/cluster needs on top
            echo "redis-server nginx supervisor"
            ;;
        test) # what the suites need on top
            echo "$php-fpm cmake ninja-build libgtest-dev libbenchmark-dev clang clang-format"
            command -v python3 >/dev/null || echo python3
            echo "clang-tidy libclang-rt-14-dev php-pear chromium fonts-liberation nginx"
            echo "supervisor systemd strace redis-server redis-sentinel shellcheck git"
            ;;
        *) fail "There is no group of packages named $1" ;;
    esac
}

# Of the packages named, those that are not installed.
missing_packages() {
    local package
    for package in "$@"; do
        if [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
            echo "$package"
        fi
    done
}

apt() {
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get \
        -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 -q -y "$@"
}

# A service that a package would start is not wanted: the tests run their own.
install_as_root() {
    local policy=/usr/sbin/policy-rc.d ours='' status=0 as_root=()
    if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null
        "${as_root[@]}" chmod +x $policy
        ours=1
    fi
    apt update && apt install --no-install-recommends "$@" || status=$?
    if [ -n "$ours" ]; then "${as_root[@]}" rm -f $policy; fi
    return $status
}

# need_packages GROUP…: installs what is missing of these groups.
need_packages() {
    local group wanted=() missing
    command -v dpkg-query >/dev/null ||
        fail 'This is no Debian or Ubuntu: dpkg-query was not found' \
            'Install what bin/lib/packages.sh names with your own package manager,' \
            'then build with phpize && ./configure && make.'
    for group in "$@"; do
        read -r -d '' -a words < <(packages_of "$group") || true
        wanted+=("${words[@]}")
    done
    read -r -d '' -a missing < <(missing_packages "${wanted[@]}") || true
    if [ ${#missing[@]} -eq 0 ]; then return; fi

    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            fail "Packages are missing: ${missing[*]}" \
                'Run this once as root, or install sudo.'
        sudo -v || fail "Packages are missing and sudo was refused: ${missing[*]}"
    fi
    step packages "Installing ${#missing[@]} packages: ${missing[*]}" \
        install_as_root "${missing[@]}"
    hash -r
}
