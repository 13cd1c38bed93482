--TEST--
SIGTERM and SIGINT drain with the reason, SIGHUP and SIGUSR2 reach the signal hook, and the earlier handlers come back
--EXTENSIONS--
reverb
posix
pcntl
--FILE--
<?php
require __DIR__ . '/client.inc';

$handled = [];
pcntl_async_signals(true);
foreach ([SIGTERM, SIGINT, SIGHUP, SIGUSR2] as $signal) {
    pcntl_signal($signal, function (int $number) use (&$handled): void {
        $handled[] = $number;
    });
}

foreach ([SIGTERM, SIGINT] as $signal) {
    $server = server();
    $server->on('signal', fn (array $info) => print json_encode($info) . PHP_EOL);
    $server->on('stopping', fn (array $info) => print json_encode($info) . PHP_EOL);
    $server->on('started', function () use ($server, $signal): void {
        $client = Client::connect($server->port());
        posix_kill(getmypid(), SIGHUP);
        posix_kill(getmypid(), SIGUSR2);
        $server->every(0.05, function () use ($signal): void {
            static $sent = false;
            $sent || posix_kill(getmypid(), $signal);
            $sent = true;
        });
        // Kept until the end of run().
        $server->on('log', fn () => $client);
    });
    $server->run();
}
echo 'handled by pcntl meanwhile: ', count($handled), PHP_EOL;
foreach ([SIGTERM, SIGINT, SIGHUP, SIGUSR2] as $signal) {
    posix_kill(getmypid(), $signal);
}
var_dump($handled === [SIGTERM, SIGINT, SIGHUP, SIGUSR2]);
?>
--EXPECT--
{"signal":"SIGHUP"}
{"signal":"SIGUSR2"}
{"reason":"SIGTERM"}
{"signal":"SIGHUP"}
{"signal":"SIGUSR2"}
{"reason":"SIGINT"}
handled by pcntl meanwhile: 0
bool(true)
