--TEST--
send() and disconnect() reach one connection, and every message to it is told to message_sent
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

function attempt(callable $call): void
{
    try {
        $call();
        echo "no error\n";
    } catch (Throwable $e) {
        echo $e::class, ': ', $e->getMessage(), PHP_EOL;
    }
}

$server = server();
attempt(fn () => $server->send('1.2', 'x'));

$server->on('message_received', function (array $told) use ($server): void {
    $server->send($told['socket_id'], '{"event":"answer","data":"\u00e9"}');
    $server->disconnect($told['socket_id'], 4000, 'Goodbye');
});
$server->on('message_sent', function (array $told): void {
    echo 'sent: ', json_encode(array_keys($told)), ' ', json_decode($told['message'])->event, PHP_EOL;
});
$server->on('connection_closed', fn () => $server->stop());
$server->on('started', function () use ($server, &$client): void {
    attempt(fn () => $server->send('nobody', 'x'));
    attempt(fn () => $server->send('1.2', "\xFF"));
    attempt(fn () => $server->disconnect('1.2', 1001));
    attempt(fn () => $server->disconnect('1.2', 5000));
    attempt(fn () => $server->disconnect('1.2', 4000, str_repeat('x', 124)));
    attempt(fn () => $server->send('1.2', 'x'));
    attempt(fn () => $server->disconnect('1.2'));
    // Not before: a timer may be due when the first hook is still to be called.
    $server->every(0.01, function () use ($server, &$client): void {
        if ($client === null) {
            $client = Client::connect($server->port());
            $client->send(['event' => 'hello']);
            $stats = $server->stats()['applications'];
            echo json_encode(array_keys($stats)), ' ', json_encode(array_keys($stats['app-1'])), PHP_EOL;
        }
    });
});
$server->run();

echo json_encode($client->read()), PHP_EOL;
attempt(fn () => $server->disconnect('1.2'));
?>
--EXPECT--
Reverb\Exception: The server does not run: there are no connections
ValueError: Reverb\Server::send(): Argument #1 ($socketId) must be a socket id such as 123.456, "nobody" given
ValueError: Reverb\Server::send(): Argument #2 ($message) must be UTF-8
ValueError: Reverb\Server::disconnect(): Argument #2 ($code) must be 1000 or between 3000 and 4999, 1001 given
ValueError: Reverb\Server::disconnect(): Argument #2 ($code) must be 1000 or between 3000 and 4999, 5000 given
ValueError: Reverb\Server::disconnect(): Argument #3 ($reason) must be UTF-8 of at most 123 bytes
no error
no error
["app-1"] ["connections","channels","messages_received","messages_sent"]
sent: ["app_id","socket_id","origin","message"] pusher:connection_established
sent: ["app_id","socket_id","origin","message"] answer
{"event":"answer","data":"\u00e9"}
Reverb\Exception: The server does not run: there are no connections
