--TEST--
run() while it runs, publish() while it does not, and counts in between
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

$server = server();
$try = function (callable $call): void {
    try {
        var_dump($call());
    } catch (Reverb\Exception $e) {
        echo $e::class, ': ', $e->getMessage(), PHP_EOL;
    }
};
$server->stop();
$try(fn () => $server->publish(APP_ID, 'c', 'e', '{}'));
$try(fn () => [$server->port(), $server->connections(), $server->channels(), $server->stats()['connections_by_thread']]);

$server->on('started', function () use ($server, $try): void {
    $try(fn () => $server->run());
    $client = Client::connect($server->port());
    $client->subscribe('one');
    $client->subscribe('two');
    $try(fn () => [
        is_int($server->port()),
        $server->connections(), $server->connections(APP_ID), $server->connections('nobody'),
        $server->channels(), $server->channels(APP_ID), $server->channels('nobody'),
    ]);
    $stats = $server->stats();
    echo implode(',', array_keys($stats)), PHP_EOL;
    var_dump(array_sum($stats['connections_by_thread']), count($stats['connections_by_thread']));
    $server->stop();
});
$server->run();
$try(fn () => $server->port());
$try(fn () => $server->publish(APP_ID, 'c', 'e', '{}'));
?>
--EXPECT--
Reverb\Exception: The server does not run: Reverb\Server::publish() is for hooks and timers of run(), elsewhere use Reverb\Publisher
array(4) {
  [0]=>
  NULL
  [1]=>
  int(0)
  [2]=>
  int(0)
  [3]=>
  array(0) {
  }
}
Reverb\Exception: The server runs already
array(7) {
  [0]=>
  bool(true)
  [1]=>
  int(1)
  [2]=>
  int(1)
  [3]=>
  int(0)
  [4]=>
  int(2)
  [5]=>
  int(2)
  [6]=>
  int(0)
}
connections,channels,connections_opened,messages_received,messages_published,deliveries,slow_closes,deadline_closes,auth_failures,hooks_dropped,hooks_waiting,bytes_received,bytes_sent,connections_compressed,messages_compressed,bytes_saved,connections_by_thread,applications
int(1)
int(2)
NULL
Reverb\Exception: The server does not run: Reverb\Server::publish() is for hooks and timers of run(), elsewhere use Reverb\Publisher
