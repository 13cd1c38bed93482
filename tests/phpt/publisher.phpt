--TEST--
Publisher over the unix socket and over TCP: delivered, info, refusals, one connection for all objects
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

$socket = socket_path();
$other = start_php(sprintf(<<<'CODE'
    $server = server(['socket' => %s, 'path' => '/ws']);
    $server->on('started', fn () => print $server->port() . "\n");
    $server->run();
    CODE, var_export($socket, true)));
$port = (int) read_line($other);
$client = Client::connect($port, 'key-1', true, '/ws');
$client->subscribe('news');

$targets = [
    'socket' => ['socket' => $socket],
    'tcp' => ['host' => '127.0.0.1', 'port' => $port, 'key' => APP_KEY, 'secret' => APP_SECRET, 'path' => 'ws'],
];
foreach ($targets as $name => $options) {
    echo "== $name\n";
    $publisher = new Reverb\Publisher($options);
    var_dump($publisher->connected());
    var_dump($publisher->publish(APP_ID, 'news', 'first', '{"a":1}'));
    echo json_encode($client->read()), PHP_EOL;
    var_dump($publisher->connected(), (new Reverb\Publisher($options))->connected());

    $publisher->publish(APP_ID, ['news', 'other'], 'not for it', '{}', $client->socketId);
    echo json_encode($publisher->publish(APP_ID, ['news', '123'], 'with info', '"text"', info: 'subscription_count,occupied')), PHP_EOL;
    echo json_encode($client->read()), PHP_EOL;

    foreach ([
        ['unknown', 'news', 'e', '{}'],
        [APP_ID, 'bad name', 'e', '{}'],
        [APP_ID, [], 'e', '{}'],
        [APP_ID, ['news', null], 'e', '{}'],
    ] as $arguments) {
        try {
            var_dump($publisher->publish(...$arguments));
        } catch (Throwable $e) {
            echo $e::class, ' ', $e->getCode(), ': ', $e->getMessage(), PHP_EOL;
        }
    }
    // A refusal costs no connection.
    var_dump($publisher->connected());
    $publisher->close();
    var_dump($publisher->connected());
    $publisher->connect();
    $publisher->connect();
    var_dump($publisher->connected());
    $publisher->publish(APP_ID, 'news', 'last', '{}');
    echo json_encode($client->read()), PHP_EOL;
}
try {
    (new Reverb\Publisher(['secret' => 'wrong'] + $targets['tcp']))->publish(APP_ID, 'news', 'e', '{}');
} catch (Reverb\RejectedException $e) {
    echo $e->getCode(), ': ', $e->getMessage(), PHP_EOL;
}
proc_terminate($other[0], SIGTERM);
echo json_encode($client->read()), ' ', json_encode($client->read()), PHP_EOL;
var_dump(end_php($other)['status']);
?>
--EXPECT--
== socket
bool(false)
array(0) {
}
{"event":"first","data":"{\"a\":1}","channel":"news"}
bool(true)
bool(true)
{"news":{"occupied":true,"subscription_count":1},"123":{"occupied":false,"subscription_count":0}}
{"event":"with info","data":"\"text\"","channel":"news"}
Reverb\RejectedException 404: No matching application for ID [unknown].
Reverb\RejectedException 400: The channel name "bad name" is not valid: 1 to 200 of A-Z a-z 0-9 _ - = @ , . ; are.
Reverb\RejectedException 400: The event names no channel.
TypeError 0: Reverb\Publisher::publish(): Argument #2 ($channels) must be a string or a list of strings, null found in it
bool(true)
bool(false)
bool(true)
{"event":"last","data":"{}","channel":"news"}
== tcp
bool(false)
array(0) {
}
{"event":"first","data":"{\"a\":1}","channel":"news"}
bool(true)
bool(true)
{"news":{"occupied":true,"subscription_count":1},"123":{"occupied":false,"subscription_count":0}}
{"event":"with info","data":"\"text\"","channel":"news"}
Reverb\RejectedException 404: No matching application for ID [unknown].
Reverb\RejectedException 400: The channel name "bad name" is not valid: 1 to 200 of A-Z a-z 0-9 _ - = @ , . ; are.
Reverb\RejectedException 400: {"channels":["The channels field is required when channel is not present."]}
TypeError 0: Reverb\Publisher::publish(): Argument #2 ($channels) must be a string or a list of strings, null found in it
bool(true)
bool(false)
bool(true)
{"event":"last","data":"{}","channel":"news"}
401: Authentication signature invalid.
{"event":"pusher:error","data":"{\"code\":4200,\"message\":\"Server is restarting. Please reconnect.\"}"} {"close":4200}
int(0)
