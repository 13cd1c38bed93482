--TEST--
A php-fpm worker keeps its connection over requests
--EXTENSIONS--
reverb
--SKIPIF--
<?php
require __DIR__ . '/client.inc';
require __DIR__ . '/fpm.inc';
if (fpm_binary() === null) {
    die('skip needs php-fpm ' . PHP_VERSION);
}
if (!is_readable('/proc/net/unix')) {
    die('skip needs /proc/net/unix');
}
?>
--FILE--
<?php
require __DIR__ . '/client.inc';
require __DIR__ . '/fpm.inc';

/** The server's ends of the connections to $socket: their inodes. */
function connections(string $socket): array
{
    // The columns: …, type, state (03: connected), inode, path.
    preg_match_all('/ 03 +(\d+) ' . preg_quote($socket, '/') . '$/m', file_get_contents('/proc/net/unix'), $matches);

    return $matches[1];
}

$socket = socket_path();
$other = start_php(sprintf(<<<'CODE'
    $server = server(['socket' => %s, 'socket_mode' => 0666]);
    $server->on('started', fn () => print $server->port() . "\n");
    $server->run();
    CODE, var_export($socket, true)));
$client = Client::connect((int) read_line($other));
$client->subscribe('c');

$fpm = new Fpm;
$publish = '$publisher = new Reverb\Publisher(' . var_export(['socket' => $socket], true) . ');'
    . 'echo json_encode($publisher->connected()), " "; $publisher->publish("app-1", "c", "e", (string) getmypid());';
echo $fpm->request($publish), PHP_EOL;
$first = connections($socket);
var_dump(count($first));
$pid = $client->read()['data'];
for ($i = 0; $i < 50; $i++) {
    // Also after a request that ended by exit(), an exception or a fatal error.
    $end = ['', 'exit(1);', 'throw new Exception;', 'trigger_error("x", E_USER_ERROR);'][$i % 4];
    $printed = $fpm->request("$publish $end");
    if (!str_starts_with($printed, 'true ')) {
        echo $printed, PHP_EOL;
    }
    if ($client->read()['data'] !== $pid) {
        echo "another worker\n";
    }
}
var_dump(connections($socket) === $first);

// Closed ones are opened again.
echo $fpm->request($publish . '$publisher->close();'), PHP_EOL;
var_dump(wait_until(fn () => connections($socket) === []));
echo $fpm->request($publish), PHP_EOL;
var_dump(count(connections($socket)), connections($socket) === $first);

var_dump($fpm->stop());
var_dump(wait_until(fn () => connections($socket) === []));
proc_terminate($other[0], SIGTERM);
$client->close();
var_dump(end_php($other)['status']);
?>
--EXPECT--
false 
int(1)
bool(true)
true 
bool(true)
false 
int(1)
bool(false)
string(0) ""
bool(true)
int(0)
