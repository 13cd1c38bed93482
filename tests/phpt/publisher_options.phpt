--TEST--
Wrong options of a publisher are refused with their key, and a secret is never shown
--EXTENSIONS--
reverb
--FILE--
<?php
$tcp = ['host' => '127.0.0.1', 'port' => 8080, 'key' => 'k', 'secret' => 'secret'];
$wrong = [
    [],
    ['socket' => ''],
    ['socket' => null],
    ['socket' => '/run/reverb.sock', 'host' => '127.0.0.1'],
    ['socket' => '/run/reverb.sock', 'path' => '/x'],
    ['host' => '127.0.0.1'],
    ['port' => 0] + $tcp,
    ['port' => '8080'] + $tcp,
    ['key' => ''] + $tcp,
    ['secret' => 4711] + $tcp,
    ['timeout' => 0] + $tcp,
    ['connect_timeout' => '1'] + $tcp,
    ['scheme' => 'http'] + $tcp,
    ['tls' => 1] + $tcp,
    ['ca_file' => null] + $tcp,
    ['scaling' => ['enabled' => false]],
    ['scaling' => ['enabled' => true, 'server' => ['port' => 0]]],
    ['scaling' => ['enabled' => true], 'app_ids' => '1'],
    ['scaling' => ['enabled' => true], 'app_ids' => [1]],
    ['scaling' => ['enabled' => true], 'outbox_limit' => 0],
    ['scaling' => ['enabled' => true], 'cache_ttl' => 0.5],
    ['scaling' => ['enabled' => true], 'socket' => '/run/reverb.sock'],
    ['scaling' => ['enabled' => true]] + $tcp,
];
foreach ($wrong as $options) {
    try {
        new Reverb\Publisher($options);
        echo 'taken: ', json_encode($options), PHP_EOL;
    } catch (Reverb\ConfigurationException $e) {
        echo '[', $e->setting, '] ', $e->getMessage(), PHP_EOL;
    }
}

try {
    new Reverb\Publisher(['secret' => 'hidden', 'nonsense' => 1]);
} catch (Reverb\ConfigurationException $e) {
    var_dump(str_contains((string) $e, 'hidden'));
}
?>
--EXPECT--
[host] host is missing: give a socket, or host, port, key and secret, or scaling that is enabled
[socket] socket must be a string that is not empty, "" given
[socket] socket must be a string that is not empty, null given
[host] host has no meaning beside socket: give either a socket, or host, port, key and secret, or scaling that is enabled
[path] path has no meaning beside socket: give either a socket, or host, port, key and secret, or scaling that is enabled
[port] port is missing: that of the server's HTTP API
[port] port must be an integer from 1 to 65535, 0 given
[port] port must be an integer from 1 to 65535, "8080" given
[key] key must be a string that is not empty, "" given
[secret] secret must be a string that is not empty, int given
[timeout] timeout must be a number of seconds from 0.001 to 86400, 0 given
[connect_timeout] connect_timeout must be a number of seconds from 0.001 to 86400, "1" given
[scheme] scheme is no setting. There are: socket, host, port, path, key, secret, tls, verify_peer, peer_name, ca_file, ca_path, certificate_file, private_key_file, scaling, app_ids, outbox_limit, cache_ttl, connect_timeout, timeout
[tls] tls must be true or false, 1 given
[ca_file] ca_file must be a string, null given
[host] host is missing: give a socket, or host, port, key and secret, or scaling that is enabled
[scaling.server.port] scaling.server.port must be an integer from 1 to 65535, 0 given
[app_ids] app_ids must be a list, "1" given
[app_ids.0] app_ids.0 must be a string that is not empty, 1 given
[outbox_limit] outbox_limit must be an integer from 1 to 1073741824, 0 given
[cache_ttl] cache_ttl must be an integer from 1 to 4294967295, 0.5 given
[socket] socket has no meaning beside scaling: give either a socket, or host, port, key and secret, or scaling that is enabled
[host] host has no meaning beside scaling: give either a socket, or host, port, key and secret, or scaling that is enabled
bool(false)
