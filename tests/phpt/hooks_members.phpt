--TEST--
Hooks for members of presence channels, once a user, and for connections that are pruned
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

$names = [];
$told = [];
$server = server(['apps' => [[
    'app_id' => APP_ID, 'key' => APP_KEY, 'secret' => APP_SECRET, 'ping_interval' => 1, 'activity_timeout' => 1,
]]]);
foreach (['member_added', 'member_removed', 'connection_pruned'] as $hook) {
    $server->on($hook, function (array $info) use ($hook, &$told, &$names): void {
        $info['socket_id'] = $names[$info['socket_id']] ?? $info['socket_id'];
        if (isset($info['last_seen']) && abs(time() - 2 - $info['last_seen']) <= 2) {
            $info['last_seen'] = 'recently';
        }
        $told[] = $hook . ': ' . json_encode($info);
    });
}
$server->on('started', function () use ($server, &$names): void {
    $clients = [];
    foreach (['first' => 7, 'second' => 7, 'other' => 'eight'] as $name => $user) {
        $clients[$name] = Client::connect($server->port());
        $names[$clients[$name]->socketId] = $name;
        $clients[$name]->subscribe('presence-room', ['user_id' => $user, 'user_info' => ['name' => $name]]);
    }
    $clients['first']->close();
    wait_until(fn () => $server->connections() === 2);
    $clients['second']->close();
    // The other one answers no ping.
    $names['kept'] = $clients['other'];
});
$server->every(0.01, function () use ($server, &$told): void {
    count($told) >= 5 && $server->stop();
});
$server->run();
sort($told);
echo implode("\n", $told), PHP_EOL;
?>
--EXPECT--
connection_pruned: {"app_id":"app-1","socket_id":"other","origin":"http:\/\/localhost","last_seen":"recently"}
member_added: {"app_id":"app-1","socket_id":"first","origin":"http:\/\/localhost","channel":"presence-room","user_id":"7"}
member_added: {"app_id":"app-1","socket_id":"other","origin":"http:\/\/localhost","channel":"presence-room","user_id":"eight"}
member_removed: {"app_id":"app-1","socket_id":"other","origin":"http:\/\/localhost","channel":"presence-room","user_id":"eight"}
member_removed: {"app_id":"app-1","socket_id":"second","origin":"http:\/\/localhost","channel":"presence-room","user_id":"7"}
