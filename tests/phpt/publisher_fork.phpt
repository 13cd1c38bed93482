--TEST--
A forked child publishes over a connection of its own, and its end leaves the parent's alone
--EXTENSIONS--
reverb
pcntl
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

$socket = socket_path();
$other = start_php(sprintf(<<<'CODE'
    $server = server(['socket' => %s]);
    $server->on('started', fn () => print $server->port() . "\n");
    $server->run();
    CODE, var_export($socket, true)));
$client = Client::connect((int) read_line($other));
$client->subscribe('c');

$publisher = new Reverb\Publisher(['socket' => $socket]);
$publisher->publish(APP_ID, 'c', 'parent', '"1"');
$pids = [];
for ($child = 1; $child <= 3; $child++) {
    $pid = pcntl_fork();
    if ($pid === 0) {
        $ok = $publisher->connected() === false;
        for ($i = 0; $i < 100; $i++) {
            $ok = $ok && $publisher->publish(APP_ID, 'c', "child $child", "\"$i\"", null, 'occupied') === ['c' => ['occupied' => true]];
        }
        exit($ok ? 0 : 1);
    }
    $pids[] = $pid;
}
for ($i = 0; $i < 100; $i++) {
    $publisher->publish(APP_ID, 'c', 'parent', "\"$i\"");
}
foreach ($pids as $pid) {
    pcntl_waitpid($pid, $status);
    var_dump(pcntl_wexitstatus($status));
}
var_dump($publisher->connected(), $publisher->publish(APP_ID, 'c', 'parent', '"last"', null, 'subscription_count'));

// Everybody's events came once and in order.
$seen = [];
for ($i = 0; $i < 402; $i++) {
    $message = $client->read();
    $seen[$message['event']][] = json_decode($message['data']);
}
ksort($seen);
foreach ($seen as $event => $numbers) {
    echo $event, ': ', count($numbers), ' ', array_map(intval(...), array_slice($numbers, $event === 'parent' ? 1 : 0, 100)) === range(0, 99) ? 'in order' : 'wrong', PHP_EOL;
}
proc_terminate($other[0], SIGTERM);
$client->read();
$client->read();
var_dump(end_php($other)['status']);
?>
--EXPECT--
int(0)
int(0)
int(0)
bool(true)
array(1) {
  ["c"]=>
  array(1) {
    ["subscription_count"]=>
    int(1)
  }
}
child 1: 100 in order
child 2: 100 in order
child 3: 100 in order
parent: 102 in order
int(0)
