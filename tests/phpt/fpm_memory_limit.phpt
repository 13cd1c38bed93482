--TEST--
memory_limit in the middle of a publish: the next request of that worker gets its own answer
--EXTENSIONS--
reverb
--SKIPIF--
<?php
require __DIR__ . '/client.inc';
require __DIR__ . '/fpm.inc';
if (fpm_binary() === null) {
    die('skip needs php-fpm ' . PHP_VERSION);
}
?>
--FILE--
<?php
require __DIR__ . '/client.inc';
require __DIR__ . '/fpm.inc';

// Over the socket the real server; over HTTP one that answers at length, too.
$socket = socket_path();
$server = start_php(sprintf(<<<'CODE'
    $server = server(['socket' => %s, 'socket_mode' => 0666]);
    $server->on('started', fn () => print "started\n");
    $server->run();
    CODE, var_export($socket, true)));
read_line($server);
$http = start_php(<<<'CODE'
    $listening = stream_socket_server('tcp://127.0.0.1:0');
    echo substr(strrchr(stream_socket_get_name($listening, false), ':'), 1), "\n";
    $long = json_encode(['channels' => array_fill_keys(range(1, 30_000), ['occupied' => false])]);
    while ($connection = stream_socket_accept($listening, 60)) {
        while (($request = stream_get_line($connection, 65536, "\r\n\r\n")) !== false) {
            preg_match('/Content-Length: (\d+)/i', $request, $length);
            $request = stream_get_contents($connection, (int) $length[1]);
            $body = str_contains($request, '"second"') ? '{"channels":{"second":{"occupied":false}}}' : $long;
            fwrite($connection, "HTTP/1.1 200 OK\r\nContent-Length: " . strlen($body) . "\r\n\r\n$body");
        }
    }
    CODE);
$targets = [
    'socket' => ['socket' => $socket],
    'tcp' => ['host' => '127.0.0.1', 'port' => (int) read_line($http), 'key' => APP_KEY, 'secret' => APP_SECRET],
];

$fpm = new Fpm;
foreach ($targets as $name => $options) {
    echo "== $name\n";
    $open = '$publisher = new Reverb\Publisher(' . var_export($options, true) . '); echo getmypid(), " ";';
    $dies = $open . <<<'CODE'
        $channels = [];
        for ($i = 0; $i < 1_000; $i++) {
            $channels[] = str_pad("first-$i", 190, '-');
        }
        // What the heap has left is filled but for 300 KB, and the result takes twice as much.
        $ballast = array_fill(0, 1024, null);
        gc_mem_caches();
        $limit = memory_get_usage(true);
        ini_set('memory_limit', (string) $limit);
        for ($i = 0; $limit - memory_get_usage() > 300_000; $i++) {
            $ballast[$i] = str_repeat('x', 4_000);
        }
        echo "publishes, ";
        $publisher->publish('app-1', $channels, 'e', '{}', null, 'occupied,subscription_count');
        echo "survived";
        CODE;
    $asks = $open . <<<'CODE'
        echo json_encode($publisher->connected()), ' ';
        echo json_encode($publisher->publish('app-1', 'second', 'e', '{}', null, 'occupied'));
        CODE;

    for ($round = 0; $round < 3; $round++) {
        [$pid, $died] = explode(' ', $fpm->request($dies), 2);
        echo preg_replace(['/of \d+/', '/\(.*/s', '/\s+/'], ['of so many', '', ' '], $died), PHP_EOL;
        [$again, $answer] = explode(' ', $fpm->request($asks), 2);
        echo $again === $pid ? 'same worker' : 'another worker', ', connected: ', $answer, PHP_EOL;
    }
}
var_dump($fpm->stop());
proc_terminate($server[0], SIGTERM);
var_dump(end_php($server)['status']);
proc_terminate($http[0], SIGKILL);
?>
--EXPECT--
== socket
publishes, Fatal error: Allowed memory size of so many bytes exhausted 
same worker, connected: true {"second":{"occupied":false}}
publishes, Fatal error: Allowed memory size of so many bytes exhausted 
same worker, connected: true {"second":{"occupied":false}}
publishes, Fatal error: Allowed memory size of so many bytes exhausted 
same worker, connected: true {"second":{"occupied":false}}
== tcp
publishes, Fatal error: Allowed memory size of so many bytes exhausted 
same worker, connected: true {"second":{"occupied":false}}
publishes, Fatal error: Allowed memory size of so many bytes exhausted 
same worker, connected: true {"second":{"occupied":false}}
publishes, Fatal error: Allowed memory size of so many bytes exhausted 
same worker, connected: true {"second":{"occupied":false}}
string(0) ""
int(0)
