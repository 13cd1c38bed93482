--TEST--
A wrong setting of scaling is refused with the key it stands at, and a password is never shown
--EXTENSIONS--
reverb
--FILE--
<?php
function attempt(array|string $scaling): void
{
    try {
        new Reverb\Server(['apps' => [['app_id' => '1', 'key' => 'k', 'secret' => 's']], 'scaling' => $scaling]);
        echo 'taken: ', json_encode($scaling), PHP_EOL;
    } catch (Reverb\ConfigurationException $e) {
        echo '[', $e->setting, '] ', $e->getMessage(), PHP_EOL;
    }
}

$server = static fn (array $server) => ['enabled' => true, 'server' => $server];

foreach ([
    'redis',
    ['redis' => []],
    ['enabled' => 1],
    ['channel' => ''],
    ['prefix' => null],
    ['connections' => 'all'],
    ['server' => '127.0.0.1:6379'],
    $server(['url' => 'redis://127.0.0.1']),
    $server(['host' => '']),
    $server(['port' => '6379']),
    $server(['port' => 0]),
    $server(['path' => false]),
    $server(['username' => 5]),
    $server(['password' => 123456789]),
    $server(['database' => -1]),
    $server(['tls' => 'yes']),
    $server(['verify_peer' => 0]),
    $server(['ca_file' => null]),
    $server(['sentinels' => 'a:26379']),
    $server(['sentinels' => ['a:26379', 'b']]),
    $server(['sentinels' => ['a:70000']]),
    $server(['sentinels' => ['::1:26379']]),
    $server(['service' => '']),
    $server(['sentinel_password' => 123456789]),
    $server(['cluster' => ['a:']]),
    $server(['cluster' => ['a:6379'], 'sentinels' => ['b:26379']]),
    $server(['cluster' => ['a:6379'], 'database' => 2]),
    $server(['connect_timeout' => 0]),
    $server(['ping_interval' => '1']),
    $server(['ping_timeout' => -1]),
] as $wrong) {
    attempt($wrong);
}

attempt([]);
attempt($server(['host' => '', 'path' => '/run/redis.sock', 'password' => '', 'database' => 3]));
attempt($server(['host' => '', 'sentinels' => ['[::1]:26379', 'a:26379'], 'service' => 'main', 'sentinel_password' => '']));
attempt(['enabled' => true, 'channel' => 'c', 'prefix' => 'p:', 'connections' => 'cluster', 'server' => ['host' => 'r', 'port' => 6380, 'tls' => true]]);
?>
--EXPECTF--
[scaling] scaling must be an array with named members, "redis" given
[scaling.redis] scaling.redis is no setting. There are: enabled, channel, prefix, connections, server
[scaling.enabled] scaling.enabled must be true or false, 1 given
[scaling.channel] scaling.channel must be a string that is not empty, "" given
[scaling.prefix] scaling.prefix must be a string, null given
[scaling.connections] scaling.connections must be "node" or "cluster", "all" given
[scaling.server] scaling.server must be an array with named members, "127.0.0.1:6379" given
[scaling.server.url] scaling.server.url is no setting. There are: %s
[scaling.server.host] scaling.server.host is empty, and neither path, sentinels nor cluster says where Redis is
[scaling.server.port] scaling.server.port must be an integer from 1 to 65535, "6379" given
[scaling.server.port] scaling.server.port must be an integer from 1 to 65535, 0 given
[scaling.server.path] scaling.server.path must be a string, false given
[scaling.server.username] scaling.server.username must be a string, 5 given
[scaling.server.password] scaling.server.password must be a string that is not empty, int given
[scaling.server.database] scaling.server.database must be an integer from 0 to 2147483647, -1 given
[scaling.server.tls] scaling.server.tls must be true or false, "yes" given
[scaling.server.verify_peer] scaling.server.verify_peer must be true or false, 0 given
[scaling.server.ca_file] scaling.server.ca_file must be a string, null given
[scaling.server.sentinels] scaling.server.sentinels must be a list, "a:26379" given
[scaling.server.sentinels.1] scaling.server.sentinels.1 must be an address and a port, such as "10.0.0.1:6379", "b" given
[scaling.server.sentinels.0] scaling.server.sentinels.0 must be an address and a port, such as "10.0.0.1:6379", "a:70000" given
[scaling.server.sentinels.0] scaling.server.sentinels.0 must be an address and a port, such as "10.0.0.1:6379", "::1:26379" given
[scaling.server.service] scaling.server.service must be a string that is not empty, "" given
[scaling.server.sentinel_password] scaling.server.sentinel_password must be a string that is not empty, int given
[scaling.server.cluster.0] scaling.server.cluster.0 must be an address and a port, such as "10.0.0.1:6379", "a:" given
[scaling.server.cluster] scaling.server.cluster and scaling.server.sentinels are both set: a Redis Cluster has no Sentinels
[scaling.server.database] scaling.server.database must be 0 with a Redis Cluster, 2 given
[scaling.server.connect_timeout] scaling.server.connect_timeout must be a number of seconds from 0.001 to 86400, 0 given
[scaling.server.ping_interval] scaling.server.ping_interval must be a number of seconds from 0.001 to 86400, "1" given
[scaling.server.ping_timeout] scaling.server.ping_timeout must be a number of seconds from 0.001 to 86400, -1 given
taken: []
taken: {"enabled":true,"server":{"host":"","path":"\/run\/redis.sock","password":"","database":3}}
taken: {"enabled":true,"server":{"host":"","sentinels":["[::1]:26379","a:26379"],"service":"main","sentinel_password":""}}
taken: {"enabled":true,"channel":"c","prefix":"p:","connections":"cluster","server":{"host":"r","port":6380,"tls":true}}
