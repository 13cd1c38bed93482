--TEST--
A wrong configuration is refused with the key it stands at
--EXTENSIONS--
reverb
--FILE--
<?php
$app = ['app_id' => '1', 'key' => 'k', 'secret' => 's'];
$with = static fn (array $settings) => $settings + ['apps' => [$app]];
$withApp = static fn (array $settings) => ['apps' => [$app, $settings + ['app_id' => '2', 'key' => 'k2', 'secret' => 's2']]];

$wrong = [
    ['apps' => 'config'],
    ['apps' => ['main' => $app]],
    ['apps' => [$app, 'second']],
    $with(['prot' => 1]),
    $with([7 => 1]),
    $with(['host' => '']),
    $with(['host' => null]),
    $with(['port' => '8080']),
    $with(['port' => 65536]),
    $with(['port' => -1]),
    $with(['port' => 80.5]),
    $with(['path' => ['/x']]),
    $with(['tls' => 'cert.pem']),
    $with(['tls' => ['cert.pem']]),
    $with(['tls' => ['verify_peer' => false]]),
    $with(['tls' => ['local_cert' => 1]]),
    $with(['tls' => ['passphrase' => 1234]]),
    $with(['trusted_proxies' => '10.0.0.1']),
    $with(['trusted_proxies' => ['nginx' => '10.0.0.1']]),
    $with(['trusted_proxies' => ['10.0.0.1', 7]]),
    $with(['trusted_proxies' => ['']]),
    $with(['trusted_proxies' => ['10.0.0.1', '10.0.0.0/8', 'proxy.internal']]),
    $with(['trusted_proxies' => ['10.0.0.0/33']]),
    $with(['compression' => true]),
    $with(['compression' => ['enabled' => 1]]),
    $with(['compression' => ['threshold' => -1]]),
    $with(['compression' => ['level' => 10]]),
    $with(['compression' => ['window' => 12]]),
    $with(['socket' => false]),
    $with(['socket_mode' => '0660']),
    $with(['socket_mode' => 01777]),
    $with(['socket_required' => 1]),
    $with(['threads' => -1]),
    $with(['max_request_size' => 0]),
    $with(['max_request_size' => '10M']),
    $with(['outbox_limit' => 1 << 40]),
    $with(['outbox_grace' => '10']),
    $with(['handshake_timeout' => 0]),
    $with(['drain_delay' => -0.5]),
    $with(['drain_window' => NAN]),
    $with(['drain_timeout' => INF]),
    $with(['auth_timestamp_tolerance' => -1]),
    $with(['debug' => 'false']),
    $withApp(['id' => '2']),
    ['apps' => [['app_id' => '1', 'key' => 'k']]],
    $withApp(['app_id' => 2]),
    $withApp(['key' => null]),
    $withApp(['secret' => 'this one is not shown', 'key' => '']),
    $withApp(['secret' => 123456789]),
    $withApp(['ping_interval' => 0]),
    $withApp(['activity_timeout' => 2.5]),
    $withApp(['allowed_origins' => '*']),
    $withApp(['allowed_origins' => ['ok', 5]]),
    $withApp(['max_connections' => 'many']),
    $withApp(['max_message_size' => 0]),
    $withApp(['accept_client_events_from' => 'everybody']),
    $withApp(['rate_limiting' => true]),
    $withApp(['rate_limiting' => ['enabled' => 'yes']]),
    $withApp(['rate_limiting' => ['enabled' => true, 'max_attempts' => 0]]),
    $withApp(['rate_limiting' => ['burst' => 1]]),
];

foreach ($wrong as $configuration) {
    try {
        new Reverb\Server($configuration);
        echo 'taken: ', json_encode($configuration), PHP_EOL;
    } catch (Reverb\ConfigurationException $e) {
        echo '[', $e->setting, '] ', $e->getMessage(), PHP_EOL;
    }
}

// A reference inside an array is as good as its value, null means the default where it is allowed.
$port = 0;
$configuration = $with(['socket' => null, 'tls' => ['local_cert' => null], 'outbox_grace' => 1]);
$configuration['port'] = &$port;
new Reverb\Server($configuration);

try {
    $e = new Reverb\ConfigurationException('made by hand');
    $e->setting = 'x';
} catch (Error $error) {
    echo $error->getMessage(), PHP_EOL;
}
?>
--EXPECTF--
[apps] apps must be a list, "config" given
[apps] apps must be a list, array given
[apps.1] apps.1 must be an array with named members, "second" given
[prot] prot is no setting. There are: %s
[7] 7 is no setting. There are: %s
[host] host must be a string that is not empty, "" given
[host] host must be a string that is not empty, null given
[port] port must be an integer from 0 to 65535, "8080" given
[port] port must be an integer from 0 to 65535, 65536 given
[port] port must be an integer from 0 to 65535, -1 given
[port] port must be an integer from 0 to 65535, 80.5 given
[path] path must be a string, array given
[tls] tls must be an array with named members, "cert.pem" given
[tls] tls must be an array with named members, array given
[tls.verify_peer] tls.verify_peer is no setting. There are: %s
[tls.local_cert] tls.local_cert must be a string, 1 given
[tls.passphrase] tls.passphrase must be a string that is not empty, int given
[trusted_proxies] trusted_proxies must be a list, "10.0.0.1" given
[trusted_proxies] trusted_proxies must be a list, array given
[trusted_proxies.1] trusted_proxies.1 must be a string that is not empty, 7 given
[trusted_proxies.0] trusted_proxies.0 must be a string that is not empty, "" given
[trusted_proxies.2] "proxy.internal" is neither an IP address, nor a range such as 10.0.0.0/8, nor "*": names of hosts are not looked up
[trusted_proxies.0] "10.0.0.0/33" is neither an IP address, nor a range such as 10.0.0.0/8, nor "*": names of hosts are not looked up
[compression] compression must be an array with named members, true given
[compression.enabled] compression.enabled must be true or false, 1 given
[compression.threshold] compression.threshold must be an integer from 0 to 1073741824, -1 given
[compression.level] compression.level must be an integer from 1 to 9, 10 given
[compression.window] compression.window is no setting. There are: %s
[socket] socket must be a string, false given
[socket_mode] socket_mode must be permission bits from 0 to 0777, such as 0660, as an integer, "0660" given
[socket_mode] socket_mode must be permission bits from 0 to 0777, such as 0660, as an integer, 1023 given
[socket_required] socket_required must be true or false, 1 given
[threads] threads must be an integer from 0 to 64, -1 given
[max_request_size] max_request_size must be an integer from 1 to 1073741824, 0 given
[max_request_size] max_request_size must be an integer from 1 to 1073741824, "10M" given
[outbox_limit] outbox_limit must be an integer from 1 to 1073741824, 1099511627776 given
[outbox_grace] outbox_grace must be a number of seconds from 0 to 86400, "10" given
[handshake_timeout] handshake_timeout must be a number of seconds from 0.001 to 86400, 0 given
[drain_delay] drain_delay must be a number of seconds from 0 to 86400, -0.5 given
[drain_window] drain_window must be a number of seconds from 0 to 86400, nan given
[drain_timeout] drain_timeout must be a number of seconds from 0 to 86400, inf given
[auth_timestamp_tolerance] auth_timestamp_tolerance must be an integer from 0 to 4294967295, -1 given
[debug] debug must be true or false, "false" given
[apps.1.id] apps.1.id is no setting. There are: %s
[apps.0.secret] apps.0.secret is missing: what signatures are made with
[apps.1.app_id] apps.1.app_id must be a string that is not empty, 2 given
[apps.1.key] apps.1.key must be a string that is not empty, null given
[apps.1.key] apps.1.key must be a string that is not empty, "" given
[apps.1.secret] apps.1.secret must be a string that is not empty, int given
[apps.1.ping_interval] apps.1.ping_interval must be an integer from 1 to 4294967295, 0 given
[apps.1.activity_timeout] apps.1.activity_timeout must be an integer from 1 to 4294967295, 2.5 given
[apps.1.allowed_origins] apps.1.allowed_origins must be a list, "*" given
[apps.1.allowed_origins.1] apps.1.allowed_origins.1 must be a string that is not empty, 5 given
[apps.1.max_connections] apps.1.max_connections must be an integer from 0 to 4294967295, "many" given
[apps.1.max_message_size] apps.1.max_message_size must be an integer from 1 to 1073741824, 0 given
[apps.1.accept_client_events_from] apps.1.accept_client_events_from must be "all", "members" or "none", "everybody" given
[apps.1.rate_limiting] apps.1.rate_limiting must be an array with named members, true given
[apps.1.rate_limiting.enabled] apps.1.rate_limiting.enabled must be true or false, "yes" given
[apps.1.rate_limiting.max_attempts] apps.1.rate_limiting.max_attempts must be an integer from 1 to 4294967295, 0 given
[apps.1.rate_limiting.burst] apps.1.rate_limiting.burst is no setting. There are: %s
Cannot initialize readonly property Reverb\ConfigurationException::$setting from global scope
