--TEST--
What listeners have not been told by the end of drain_timeout is dropped, counted and logged, and the call that runs is not cut
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

$server = server(['drain_window' => 0.0, 'drain_timeout' => 0.5]);
$calls = $ended = 0;
$begin = 0.0;
$server->on('message_received', function () use (&$calls, &$ended): void {
    $calls++;
    usleep(50_000);
    $ended++;
});
$server->on('log', function (array $line) use (&$calls, $server): void {
    if ($line['title'] === 'Hooks Dropped') {
        $dropped = 400 - $calls;
        echo $line['level'], ': ', str_replace((string) $dropped, 'the rest of the', $line['detail']), PHP_EOL;
        var_dump($server->stats()['hooks_dropped'] === $dropped);
    }
});
$server->on('started', function () use ($server, &$begin): void {
    $client = Client::connect($server->port());
    for ($i = 0; $i < 400; $i++) {
        $client->send(['event' => 'pusher:ping']);
        $client->read();
    }
    $client->close();
    // What was answered may still be on its way into the queue.
    var_dump(wait_until(fn () => $server->stats()['hooks_waiting'] === 400));
    $begin = microtime(true);
    $server->stop();
});
$server->run();
// Nobody was left to wait for, but the listeners had a second.
$took = microtime(true) - $begin;
var_dump($took >= 0.9 && $took < 5.0, $calls > 0 && $calls === $ended);

// In a next run() all is told again.
$server->on('started', function () use ($server, &$calls): void {
    $calls = 0;
    $client = Client::connect($server->port());
    $client->send(['event' => 'pusher:ping']);
    $client->read();
    $client->close();
    $server->stop();
});
$server->run();
var_dump($calls);
?>
--EXPECT--
bool(true)
warning: the rest of the calls still waited for slow listeners when drain_timeout was over
bool(true)
bool(true)
bool(true)
int(1)
