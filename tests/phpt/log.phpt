--TEST--
The log hook: level, title and detail; a line a message with debug
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

foreach ([false, true] as $debug) {
    $lines = [];
    $server = server(['debug' => $debug]);
    $server->on('log', function (array $line) use (&$lines): void {
        if (array_keys($line) !== ['level', 'title', 'detail'] || $line !== array_filter($line, is_string(...))) {
            echo 'unexpected: ', json_encode($line), PHP_EOL;
        }
        $lines[$line['level']][$line['title']] = true;
    });
    $server->on('started', function () use ($server): void {
        $client = Client::connect($server->port());
        $client->subscribe('room');
        $client->close();
        $timer = $server->every(0.1, fn () => $server->stop());
    });
    $server->run();
    echo $debug ? 'debug' : 'quiet', ': ', implode(', ', array_keys($lines)), PHP_EOL;
    var_dump(isset($lines['debug']['Connection Established']));
}
?>
--EXPECT--
quiet: 
bool(false)
debug: debug
bool(true)
