--TEST--
A signal while a hook or a timer runs begins the drain at once, and a second one ends the process
--EXTENSIONS--
reverb
posix
pcntl
--FILE--
<?php
require __DIR__ . '/client.inc';

$busy = <<<'CODE'
    $server = server(['socket' => %s]);
    $busy = function () use ($server): void {
        static $calls = 0;
        if ($calls++ > 0) {
            return;
        }
        echo $server->port(), "\n";
        while (!file_exists(%s)) {
            usleep(10_000);
        }
    };
    $server->on('stopping', fn (array $info) => print json_encode($info) . "\n");
    %s
    $server->run();
    echo "run() returned\n";
    CODE;
$socket = socket_path();
foreach (['$server->on("started", $busy);', '$server->every(0.01, $busy);'] as $where) {
    foreach ([[SIGTERM, SIGTERM], [SIGINT, SIGINT], [SIGINT, SIGTERM], [SIGTERM]] as $signals) {
        $over = socket_path();
        $other = start_php(sprintf($busy, var_export($socket, true), var_export($over, true), $where));
        $client = Client::connect((int) read_line($other));
        $client->subscribe('c');
        proc_terminate($other[0], $signals[0]);
        $goodbye = [json_decode($client->read()['data'])->code, $client->read()['close']];
        $running = proc_get_status($other[0])['running'] ? 'running' : 'ended';
        if (isset($signals[1])) {
            proc_terminate($other[0], $signals[1]);
        } else {
            touch($over);
        }
        $end = end_php($other);
        echo rtrim(implode(' ', [...$goodbye, $running, $end['err'] . $end['status'], strtr($end['out'], "\n", ' ')])), PHP_EOL;
    }
}
// What is left of the socket is in nobody's way.
$server = server(['socket' => $socket]);
$server->on('started', function (array $info) use ($server, $socket): void {
    var_dump($info['socket'] === $socket);
    $server->stop();
});
$server->run();
?>
--EXPECT--
4200 4200 running 143
4200 4200 running 130
4200 4200 running 143
4200 4200 running 0 {"reason":"SIGTERM"} run() returned
4200 4200 running 143
4200 4200 running 130
4200 4200 running 143
4200 4200 running 0 {"reason":"SIGTERM"} run() returned
bool(true)
