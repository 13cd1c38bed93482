--TEST--
A server without a variable that holds it lives until run() returns
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

$server = server();
$server->on('started', function () use (&$server): void {
    $reference = WeakReference::create($server);
    $server->every(0.02, function () use ($reference): void {
        $reference->get()->stop();
    });
    $server = null;
    gc_collect_cycles();
    var_dump($reference->get() instanceof Reverb\Server);
});
$run = [$server, 'run'];
$run();
unset($run);
echo "end\n";
?>
--EXPECT--
bool(true)
end
