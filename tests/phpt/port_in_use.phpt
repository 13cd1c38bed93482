--TEST--
A port in use stops the start, naming it, also when the other server is ours; so does a live socket
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

function attempt(Reverb\Server $server): void
{
    $server->on('started', fn () => print "started\n");
    try {
        $server->run();
    } catch (Reverb\ConfigurationException $e) {
        echo '[', $e->setting, '] ', $e->getMessage(), PHP_EOL;
    }
}

$taken = stream_socket_server('tcp://127.0.0.1:0');
$port = (int) substr(strrchr(stream_socket_get_name($taken, false), ':'), 1);
$server = server(['port' => $port]);
ob_start();
attempt($server);
echo str_replace((string) $port, 'PORT', ob_get_clean());

// The very same object starts once the port is free.
fclose($taken);
$server->on('started', fn () => $server->stop());
$server->run();
echo "ran\n";

$socket = socket_path();
$first = server(['socket' => $socket]);
$first->on('started', function () use ($first, $socket): void {
    ob_start();
    attempt(server(['port' => $first->port()]));
    attempt(server(['socket' => $socket]));
    echo str_replace([(string) $first->port(), $socket], ['PORT', 'SOCKET'], ob_get_clean());
    (new Reverb\Publisher(['socket' => $socket]))->publish(APP_ID, 'c', 'e', '{}');
    $first->stop();
});
$first->run();

attempt(server(['host' => '192.0.2.1']));
attempt(server(['host' => 'no.such.name.invalid']));
attempt(server(['socket' => '/no/such/folder/reverb.sock', 'socket_required' => true]));

// Where it is not required, it is a warning.
$server = server(['socket' => '/no/such/folder/reverb.sock']);
$server->on('started', function (array $info) use ($server): void {
    var_dump($info['socket']);
    echo $info['warnings'][0], PHP_EOL;
    $server->stop();
});
$server->run();
?>
--EXPECTF--
[port] 127.0.0.1:PORT is in use: end the server that has it, or choose another port
ran
[port] 127.0.0.1:PORT is in use: end the server that has it, or choose another port
[socket] SOCKET belongs to a server that runs: end that one, or choose another path
[host] "192.0.2.1" is not an address of this machine
[host] "no.such.name.invalid" is no address to listen on: %s
[socket] cannot make the socket /no/such/folder/reverb.sock: No such file or directory
NULL
Publishers on this host will use HTTP, for there is no socket: cannot make the socket /no/such/folder/reverb.sock: No such file or directory
