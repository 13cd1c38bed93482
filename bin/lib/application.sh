# Dependencies of PHP and JavaScript projects, fetched when their lists have changed.
# shellcheck shell=bash disable=SC2154

export COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_NO_INTERACTION=1 COMPOSER_MEMORY_LIMIT=-1

# once STAMP INPUTS COMMAND…: runs COMMAND unless STAMP holds INPUTS already.
once() {
    local stamp=$1 inputs=$2
    shift 2
    if [ "$(cat "$stamp" 2>/dev/null)" = "$inputs" ]; then return; fi
    "$@"
    mkdir -p "$(dirname "$stamp")"
    echo "$inputs" >"$stamp"
}

# composer_install DIR: vendor/ of the project in DIR (relative to the root).
composer_install() {
    with_lock "composer-${1//\//-}" composer_install_locked "$1"
}

composer_install_locked() {
    local dir=$root/$1 inputs
    inputs=$(checksum "$1/composer.json" composer.json)-$(php_version)
    if [ ! -e "$dir/vendor/autoload.php" ]; then rm -f "$dir/vendor/.inputs"; fi
    # `update`: without a lock file `install` is the same, and with a stale one it would fail.
    once "$dir/vendor/.inputs" "$inputs" \
        step "composer-${1//\//-}" "Fetching the PHP packages of $1" \
        composer --working-dir="$dir" update --prefer-dist --no-progress
}

# npm_install DIR: node_modules/ of the project in DIR (relative to the root), as its lock says.
npm_install() {
    with_lock "npm-${1//\//-}" npm_install_locked "$1"
}

npm_install_locked() {
    local dir=$root/$1 inputs
    inputs=$(checksum "$1/package.json" "$1/package-lock.json")
    once "$dir/node_modules/.inputs" "$inputs" \
        step "npm-${1//\//-}" "Fetching the JavaScript packages of $1" \
        npm --prefix "$dir" ci --no-audit --no-fund
}
