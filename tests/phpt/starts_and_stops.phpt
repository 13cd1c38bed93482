--TEST--
200 starts and stops in one process leave no thread, no descriptor and no file behind
--EXTENSIONS--
reverb
--SKIPIF--
<?php
if (!is_dir('/proc/self/task')) {
    die('skip needs /proc');
}
?>
--FILE--
<?php
require __DIR__ . '/client.inc';

$socket = socket_path();
$threads = fn (): int => count(scandir('/proc/self/task')) - 2;
$count = function () use ($threads): array {
    // One that was joined is there for a moment longer.
    for ($i = 0; $i < 200 && $threads() > 1; $i++) {
        usleep(10_000);
    }

    return ['threads' => $threads(), 'descriptors' => count(scandir('/proc/self/fd')) - 2];
};
$again = server(['socket' => $socket, 'drain_window' => 0, 'drain_timeout' => 0.05]);
$again->on('started', function () use ($again): void {
    // A connection of each kind is open, and one in the middle of its handshake.
    $client = Client::connect($again->port());
    $client->subscribe('c');
    $half = stream_socket_client('tcp://127.0.0.1:' . $again->port());
    fwrite($half, "GET /app/key-1 HTTP/1.1\r\n");
    $again->publish(APP_ID, 'c', 'e', '{}');
    $again->stop();
});

$again->run();
$before = $count();
$memory = 0;
for ($i = 1; $i < 200; $i++) {
    if ($i % 2) {
        $again->run();
    } else {
        $server = server(['socket' => $socket, 'drain_window' => 0, 'threads' => 1 + $i % 3]);
        $server->on('started', fn () => $server->stop());
        $server->run();
        unset($server);
        gc_collect_cycles();
    }
}
$after = $count();
var_dump($before === $after ?: [$before, $after], file_exists($socket));
?>
--EXPECT--
bool(true)
bool(false)
