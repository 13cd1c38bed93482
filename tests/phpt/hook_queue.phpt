--TEST--
A listener that takes its time delays no client; at most 10,000 calls wait, the rest is dropped and counted
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

$server = server();
$calls = 0;
$server->on('message_received', function () use (&$calls): void {
    $calls++;
});
$server->on('started', function () use ($server): void {
    // This very hook is the listener that takes its time.
    $client = Client::connect($server->port());
    for ($sent = 0; $sent < 12_000; $sent += 100) {
        for ($i = 0; $i < 100; $i++) {
            $client->send(['event' => 'pusher:ping']);
        }
        for ($i = 0; $i < 100; $i++) {
            if ($client->read() !== ['event' => 'pusher:pong']) {
                echo "no pong\n";
            }
        }
    }
    $client->close();
    // What was answered may still be on its way into the queue.
    var_dump(wait_until(fn () => $server->stats()['hooks_dropped'] === 2_000));
});
$server->every(0.01, function () use ($server, &$calls): void {
    $calls >= 10_000 && $server->stop();
});
$server->run();
var_dump($calls);
?>
--EXPECT--
bool(true)
int(10000)
