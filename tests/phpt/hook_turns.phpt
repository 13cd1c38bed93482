--TEST--
Timers and signals have their turn while thousands of hook calls wait, which are all made before run() returns
--EXTENSIONS--
reverb
posix
pcntl
--FILE--
<?php
require __DIR__ . '/client.inc';

// What calls at the end have to be made in is no question here.
$server = server(['drain_timeout' => 60.0]);
$calls = 0;
$callsAtSignal = $callsAtStopping = $callsAtTimer = null;
$server->on('message_received', function () use (&$calls): void {
    $calls++;
    usleep(500);
});
$server->on('signal', function () use (&$calls, &$callsAtSignal): void {
    $callsAtSignal = $calls;
    posix_kill(getmypid(), SIGTERM);
});
$server->on('stopping', function () use (&$calls, &$callsAtStopping): void {
    $callsAtStopping = $calls;
});
$server->on('started', function () use ($server, &$calls, &$callsAtTimer): void {
    $client = Client::connect($server->port());
    for ($i = 0; $i < 3_000; $i++) {
        $client->send(['event' => 'pusher:ping']);
        $client->read();
    }
    $client->close();
    posix_kill(getmypid(), SIGUSR2);
    $server->every(0.05, function () use (&$calls, &$callsAtTimer): void {
        $callsAtTimer ??= $calls;
    });
});
$server->run();
foreach (['timer' => $callsAtTimer, 'signal' => $callsAtSignal, 'stopping' => $callsAtStopping] as $what => $before) {
    echo $what, $before < 1_500 ? ' had its turn' : " after $before calls", PHP_EOL;
}
var_dump($calls);
?>
--EXPECT--
timer had its turn
signal had its turn
stopping had its turn
int(3000)
