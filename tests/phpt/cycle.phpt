--TEST--
A server that its own listeners and timers hold is collected
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

final class Witness
{
    public function __destruct()
    {
        echo "collected\n";
    }
}

function make(): void
{
    $server = server();
    $witness = new Witness;
    $server->on('log', function () use ($server, $witness): void {});
    $server->every(1, function () use ($server, $witness): void {});
}

make();
echo "before\n";
gc_collect_cycles();
echo "after\n";

// Replaced, removed and cancelled callables go at once.
$server = server();
foreach ([
    fn () => $server->on('log', null),
    fn () => $server->on('log', fn () => null),
] as $release) {
    $server->on('log', (function (): Closure {
        $witness = new Witness;

        return function () use ($witness): void {};
    })());
    $release();
    echo "released\n";
}
$timer = $server->every(1, (function (): Closure {
    $witness = new Witness;

    return function () use ($witness): void {};
})());
var_dump($server->cancel($timer), $server->cancel($timer));
?>
--EXPECT--
before
collected
after
collected
released
collected
released
collected
bool(true)
bool(false)
