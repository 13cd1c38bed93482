--TEST--
A second signal ends a drain at once
--EXTENSIONS--
reverb
posix
pcntl
--FILE--
<?php
require __DIR__ . '/client.inc';

foreach (['SIGTERM', 'SIGINT'] as $second) {
    $other = start_php(<<<'CODE'
        $server = server(['drain_delay' => 30.0, 'drain_window' => 30.0, 'drain_timeout' => 60.0]);
        $server->on('started', fn () => print $server->port() . "\n");
        $server->on('stopping', fn (array $info) => print json_encode($info) . "\n");
        $server->run();
        echo "run() returned\n";
        CODE);
    $client = Client::connect((int) read_line($other));
    $client->subscribe('c');
    proc_terminate($other[0], SIGTERM);
    echo read_line($other), PHP_EOL;
    usleep(200_000);
    var_dump(proc_get_status($other[0])['running']);
    $begin = microtime(true);
    proc_terminate($other[0], constant($second));
    $end = end_php($other);
    echo $end['out'];
    var_dump($end['status'], $end['err'], microtime(true) - $begin < 2.0);
}
?>
--EXPECT--
{"reason":"SIGTERM"}
bool(true)
run() returned
int(0)
string(0) ""
bool(true)
{"reason":"SIGTERM"}
bool(true)
run() returned
int(0)
string(0) ""
bool(true)
