--TEST--
What each hook is told, with a real client
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

$seen = [];
$server = server();
$hooks = ['connection_opened', 'connection_closed', 'message_received', 'subscribed', 'unsubscribed', 'channel_created', 'channel_removed'];
foreach ($hooks as $hook) {
    $server->on($hook, function (mixed ...$arguments) use ($hook, &$seen): void {
        $seen[$hook][] = count($arguments) === 1 ? $arguments[0] : 'not one argument';
    });
}
$server->on('started', function (array $info) use ($server): void {
    echo 'started: ', json_encode(['address' => $info['address'] === '127.0.0.1:' . $server->port()] + $info), PHP_EOL;
    $client = Client::connect($server->port());
    $client->subscribe('private-room');
    $client->send(['event' => 'client-typing', 'channel' => 'private-room', 'data' => ['user' => 7]]);
    $client->send(['event' => 'pusher:unsubscribe', 'data' => ['channel' => 'private-room']]);
    $client->send(['event' => 'pusher:ping']);
    echo 'answered: ', json_encode($client->read()), PHP_EOL;
    $client->close();
    $GLOBALS['socketId'] = $client->socketId;
});
$server->every(0.01, function () use ($server, &$seen): void {
    if (isset($seen['connection_closed'], $seen['channel_removed'])) {
        $server->stop();
    }
});
$server->on('stopping', fn (array $info) => print 'stopping: ' . json_encode($info) . PHP_EOL);
$server->run();

foreach ($hooks as $hook) {
    foreach ($seen[$hook] ?? ['nothing'] as $told) {
        if (isset($told['socket_id']) && $told['socket_id'] === $socketId) {
            $told['socket_id'] = 'the client';
        }
        if (isset($told['address']) && preg_match('/^127\.0\.0\.1(:\d+)?$/', $told['address'])) {
            $told['address'] = 'the client';
        }
        if (isset($told['message'])) {
            $told['message'] = json_decode($told['message'], true);
            unset($told['message']['data']['auth']);
        }
        echo $hook, ': ', json_encode($told), PHP_EOL;
    }
}
?>
--EXPECT--
started: {"address":true,"socket":null,"threads":2,"warnings":[]}
answered: {"event":"pusher:pong"}
stopping: {"reason":"stop"}
connection_opened: {"app_id":"app-1","socket_id":"the client","origin":"http:\/\/localhost","address":"the client"}
connection_closed: {"app_id":"app-1","socket_id":"the client","origin":"http:\/\/localhost"}
message_received: {"app_id":"app-1","socket_id":"the client","origin":"http:\/\/localhost","message":{"event":"pusher:subscribe","data":{"channel":"private-room"}}}
message_received: {"app_id":"app-1","socket_id":"the client","origin":"http:\/\/localhost","message":{"event":"client-typing","channel":"private-room","data":{"user":7}}}
message_received: {"app_id":"app-1","socket_id":"the client","origin":"http:\/\/localhost","message":{"event":"pusher:unsubscribe","data":{"channel":"private-room"}}}
message_received: {"app_id":"app-1","socket_id":"the client","origin":"http:\/\/localhost","message":{"event":"pusher:ping"}}
subscribed: {"app_id":"app-1","socket_id":"the client","origin":"http:\/\/localhost","channel":"private-room"}
unsubscribed: {"app_id":"app-1","socket_id":"the client","origin":"http:\/\/localhost","channel":"private-room"}
channel_created: {"app_id":"app-1","channel":"private-room"}
channel_removed: {"app_id":"app-1","channel":"private-room"}
