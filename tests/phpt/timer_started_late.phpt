--TEST--
A timer that a slow hook starts comes after its whole interval
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

$server = server();
$server->on('started', function () use ($server): void {
    usleep(300_000);
    $begin = microtime(true);
    $server->every(0.2, function () use ($server, $begin): void {
        var_dump(microtime(true) - $begin >= 0.19);
        $server->stop();
    });
});
$server->run();
?>
--EXPECT--
bool(true)
