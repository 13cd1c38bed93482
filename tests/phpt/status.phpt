--TEST--
Publisher::status() tells of the server that runs behind the unix socket
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

$socket = socket_path();
$publisher = new Reverb\Publisher(['socket' => $socket]);
try {
    $publisher->status();
} catch (Reverb\ConnectException $e) {
    echo $e::class, PHP_EOL;
}
try {
    (new Reverb\Publisher(['host' => '127.0.0.1', 'port' => 1, 'key' => 'k', 'secret' => 's']))->status();
} catch (Reverb\Exception $e) {
    echo $e::class, ': ', $e->getMessage(), PHP_EOL;
}

$other = start_php('$server = server(["socket" => ' . var_export($socket, true) . ']);
    $server->on("started", fn () => print $server->port() . "\n");
    $server->run();');
$port = (int) read_line($other);
$client = Client::connect($port);
$client->subscribe('room');
$publisher->publish(APP_ID, 'room', 'event', '{}');
// The answer does not wait for the thread that delivers it.
echo $client->read()['event'], PHP_EOL;
$status = $publisher->status();
echo json_encode([
    $status['version'] === phpversion('reverb'),
    $status['pid'] === proc_get_status($other[0])['pid'],
    $status['address'] === "127.0.0.1:$port",
    $status['socket'] === $socket,
    $status['uptime'] < 60,
    array_sum(array_column($status['threads'], 'connections')),
    $status['applications'][APP_ID]['messages_sent'],
]), PHP_EOL;
echo implode(',', array_keys($status)), PHP_EOL;
proc_terminate($other[0]);
end_php($other);
?>
--EXPECT--
Reverb\ConnectException
Reverb\Exception: the status of a server is told over its unix socket alone: give socket
event
[true,true,true,true,true,1,3]
version,pid,uptime,address,path,tls,compression,socket,draining,connections,channels,connections_opened,messages_received,messages_published,deliveries,bytes_received,bytes_sent,connections_compressed,messages_compressed,bytes_saved,slow_closes,deadline_closes,auth_failures,hooks_waiting,hooks_dropped,threads,cluster,applications_left_out,applications
