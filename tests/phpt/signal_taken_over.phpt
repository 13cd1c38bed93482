--TEST--
SIGTERM still drains when a hook has installed a handler of its own
--EXTENSIONS--
reverb
posix
pcntl
--FILE--
<?php
require __DIR__ . '/client.inc';

foreach (['started', 'timer', 'message_received'] as $name) {
    $server = server();
    $take = function (): void {
        pcntl_async_signals(true);
        foreach ([SIGTERM, SIGINT, SIGHUP, SIGUSR2] as $signal) {
            pcntl_signal($signal, fn () => print "taken over\n");
        }
    };
    $name === 'timer' ? $server->every(0.01, $take) : $server->on($name, $take);
    if ($name === 'message_received') {
        $server->on('started', function () use ($server): void {
            $client = Client::connect($server->port());
            $client->send(['event' => 'pusher:ping']);
            $client->read();
            $client->close();
        });
    }
    $server->on('stopping', fn (array $info) => print json_encode($info) . PHP_EOL);
    $server->on('signal', fn (array $info) => print json_encode($info) . PHP_EOL);

    $pid = pcntl_fork();
    if ($pid === 0) {
        // Sends from outside: a signal that a hook sends to itself is another thing.
        usleep(150_000);
        posix_kill(posix_getppid(), SIGHUP);
        usleep(50_000);
        posix_kill(posix_getppid(), SIGTERM);
        posix_kill(getmypid(), SIGKILL);
    }
    $server->run();
    pcntl_waitpid($pid, $status);
    echo "$name: drained\n";
}
?>
--EXPECT--
{"signal":"SIGHUP"}
{"reason":"SIGTERM"}
started: drained
{"signal":"SIGHUP"}
{"reason":"SIGTERM"}
timer: drained
{"signal":"SIGHUP"}
{"reason":"SIGTERM"}
message_received: drained
