# Ports that a command is told to listen on.
# shellcheck shell=bash

check_port() { # OPTION VALUE
    if ! [[ $2 =~ ^[0-9]{1,5}$ ]] || [ "$2" -lt 1 ] || [ "$2" -gt 65535 ]; then
        fail "$1=$2 is no port" 'It must be a number from 1 to 65535.'
    fi
    # shellcheck disable=SC2016
    php -n -r 'exit((int) (@stream_socket_server("tcp://127.0.0.1:$argv[1]") === false));' "$2" ||
        fail "Port $2 is in use" "Stop what listens there, or choose another one: $1=…"
}

# answers URL: whether something answers there, with success, within two seconds.
answers() {
    # shellcheck disable=SC2016
    php -n -d default_socket_timeout=2 -r \
        'exit((int) (@file_get_contents($argv[1]) === false));' "$1"
}
