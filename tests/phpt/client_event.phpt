--TEST--
client_event tells what clients sent each other, with the sender's user id on presence channels
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

$server = server();
$told = [];
$server->on('client_event', function (array $event) use (&$told, $server): void {
    $told[] = $event;
    if ($event['channel'] === 'presence-room') {
        $server->stop();
    }
});
$server->on('started', function () use ($server): void {
    $client = Client::connect($server->port());
    $client->subscribe('private-room');
    $client->subscribe('presence-room', ['user_id' => 7]);
    $client->send(['event' => 'client-refused', 'channel' => 'private-other', 'data' => []]);
    foreach (['private-room', 'presence-room'] as $channel) {
        $client->send(['event' => 'client-typing', 'channel' => $channel, 'data' => ['a' => 1]]);
    }
    $GLOBALS['client'] = $client;
});
$server->run();
foreach ($told as $event) {
    $event['socket_id'] = $event['socket_id'] === $client->socketId;
    echo json_encode($event, JSON_UNESCAPED_SLASHES), PHP_EOL;
}
?>
--EXPECT--
{"app_id":"app-1","socket_id":true,"origin":"http://localhost","channel":"private-room","user_id":null,"message":"{\"event\":\"client-typing\",\"channel\":\"private-room\",\"data\":{\"a\":1}}"}
{"app_id":"app-1","socket_id":true,"origin":"http://localhost","channel":"presence-room","user_id":"7","message":"{\"event\":\"client-typing\",\"channel\":\"presence-room\",\"data\":{\"a\":1}}"}
