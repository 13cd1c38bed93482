--TEST--
A child forked by a hook leaves the server alone, however it ends
--EXTENSIONS--
reverb
pcntl
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

$ends = [
    'exit' => fn () => exit(3),
    'return' => fn () => null,
    'throw' => fn () => throw new LogicException('in the child'),
    'memory' => fn () => ini_set('memory_limit', '8M') && str_repeat('x', 100_000_000),
    'SIGTERM' => fn () => sleep(10),
    'exec' => fn () => pcntl_exec('/bin/sh', ['-c', 'exit 4']),
];
foreach ($ends as $how => $end) {
    foreach (['started', 'timer', 'signal'] as $where) {
        $socket = socket_path();
        $server = server(['socket' => $socket]);
        $server->on('exception', fn (Throwable $e) => print $e->getMessage() . ' ');
        $fork = function () use ($server, $how, $end, $socket, &$timer): void {
            $timer !== null && $server->cancel($timer);
            $client = Client::connect($server->port());
            $client->subscribe('c');
            $pid = pcntl_fork();
            if ($pid === 0) {
                ini_set('display_errors', '0');
                $publisher = new Reverb\Publisher(['socket' => $socket]);
                $publisher->publish(APP_ID, 'c', 'from the child', '{}');
                try {
                    $server->publish(APP_ID, 'c', 'wrong', '{}');
                } catch (Reverb\Exception) {
                    // It does not run in the child.
                }
                $end();

                return;
            }
            if ($how === 'SIGTERM') {
                usleep(100_000);
                posix_kill($pid, SIGTERM);
            }
            pcntl_waitpid($pid, $status);
            echo pcntl_wifsignaled($status) ? 'signal ' . pcntl_wtermsig($status) : 'status ' . pcntl_wexitstatus($status), ', ';
            $server->every(0.01, function () use ($server, $client, $socket): void {
                static $turn = 0;
                if (++$turn === 5) {
                    (new Reverb\Publisher(['socket' => $socket]))->publish(APP_ID, 'c', 'from the parent', '{}');
                    echo $client->read()['event'], ', ', $client->read()['event'];
                    $client->close();
                    posix_kill(getmypid(), SIGTERM);
                }
            });
        };
        $timer = null;
        match ($where) {
            'timer' => $timer = $server->every(0.01, $fork),
            'signal' => $server->on('signal', $fork),
            'started' => $server->on('started', $fork),
        };
        if ($where === 'signal') {
            $server->on('started', fn () => posix_kill(getmypid(), SIGUSR2));
        }
        echo "$how in $where: ";
        $parent = getmypid();
        try {
            $server->run();
        } catch (Reverb\Exception $e) {
            if (getmypid() !== $parent) {
                echo $e->getMessage(), ' ';
                exit(9);
            }
            throw $e;
        }
        if (getmypid() !== $parent) {
            exit(8);
        }
        echo ', ended', PHP_EOL;
    }
}
?>
--EXPECT--
exit in started: status 3, from the child, from the parent, ended
exit in timer: status 3, from the child, from the parent, ended
exit in signal: status 3, from the child, from the parent, ended
return in started: A child forked by a listener has to exit() instead of returning: the server is its parent's status 9, from the child, from the parent, ended
return in timer: A child forked by a listener has to exit() instead of returning: the server is its parent's status 9, from the child, from the parent, ended
return in signal: A child forked by a listener has to exit() instead of returning: the server is its parent's status 9, from the child, from the parent, ended
throw in started: in the child A child forked by a listener has to exit() instead of returning: the server is its parent's status 9, from the child, from the parent, ended
throw in timer: in the child A child forked by a listener has to exit() instead of returning: the server is its parent's status 9, from the child, from the parent, ended
throw in signal: in the child A child forked by a listener has to exit() instead of returning: the server is its parent's status 9, from the child, from the parent, ended
memory in started: status 255, from the child, from the parent, ended
memory in timer: status 255, from the child, from the parent, ended
memory in signal: status 255, from the child, from the parent, ended
SIGTERM in started: signal 15, from the child, from the parent, ended
SIGTERM in timer: signal 15, from the child, from the parent, ended
SIGTERM in signal: signal 15, from the child, from the parent, ended
exec in started: status 4, from the child, from the parent, ended
exec in timer: status 4, from the child, from the parent, ended
exec in signal: status 4, from the child, from the parent, ended
