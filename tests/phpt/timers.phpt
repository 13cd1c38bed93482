--TEST--
Timers: started before and in run(), cancelled by themselves and by others, and kept for the next run()
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

$server = server();
$counts = ['before' => 0, 'self' => 0, 'other' => 0, 'late' => 0];

$server->every(0.01, function () use (&$counts): void {
    $counts['before']++;
});
$self = $server->every(0.01, function () use (&$counts, &$self, $server): void {
    $counts['self']++;
    $counts['cancelled'] = [$server->cancel($self), $server->cancel($self)];
});
$other = $server->every(0.05, function () use (&$counts): void {
    $counts['other']++;
});
$server->on('started', function () use (&$counts, $server, $other): void {
    var_dump($server->cancel($other));
    $late = $server->every(0.02, function () use (&$counts, &$late, $server): void {
        // The first timer has had its turns as well, however busy the machine is.
        if (++$counts['late'] >= 5 && $counts['before'] >= 8) {
            $server->cancel($late);
            $server->stop();
        }
    });
});
$begin = microtime(true);
$server->run();
var_dump($counts['before'] >= 8, $counts['self'], $counts['other'], $counts['late'] >= 5);
var_dump($counts['cancelled'] === [true, false], microtime(true) - $begin >= 0.1);

// The first timer is there in the next run, too.
$counts['before'] = 0;
$server->on('started', null);
$server->every(0.01, function () use (&$counts, $server): void {
    if ($counts['before'] > 2) {
        $server->stop();
    }
});
$server->run();
var_dump($counts['before'] > 2);

foreach ([0, 0.0009, -1, NAN, INF] as $seconds) {
    try {
        $server->every($seconds, fn () => null);
    } catch (ValueError $e) {
        echo $e->getMessage(), PHP_EOL;
    }
}
var_dump($server->cancel(4711));
?>
--EXPECT--
bool(true)
bool(true)
int(1)
int(0)
bool(true)
bool(true)
bool(true)
bool(true)
Reverb\Server::every(): Argument #1 ($seconds) must be between 0.001 and 31622400 seconds, 0 given
Reverb\Server::every(): Argument #1 ($seconds) must be between 0.001 and 31622400 seconds, 0.0009 given
Reverb\Server::every(): Argument #1 ($seconds) must be between 0.001 and 31622400 seconds, -1 given
Reverb\Server::every(): Argument #1 ($seconds) must be between 0.001 and 31622400 seconds, NAN given
Reverb\Server::every(): Argument #1 ($seconds) must be between 0.001 and 31622400 seconds, INF given
bool(false)
