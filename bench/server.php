<?php

declare(strict_types=1);

/*
 * The server as PHP runs it, with no framework: what bench/run measures. Started with
 * php -d extension=reverb.so server.php --port=PORT [--socket=PATH] [--threads=1]
 * [--app-id=bench] [--key=bench-key] [--secret=bench-secret]. Ends on SIGTERM or SIGINT.
 */

$options = getopt('', ['port:', 'socket:', 'threads:', 'app-id:', 'key:', 'secret:']);
$option = static fn (string $name, string $fallback): string => is_string($options[$name] ?? null)
    ? $options[$name]
    : $fallback;

$server = new Reverb\Server([
    'host' => '127.0.0.1',
    'port' => (int) $option('port', '0'),
    'socket' => $option('socket', '') ?: null,
    'socket_required' => true,
    'threads' => (int) $option('threads', '1'),
    'apps' => [[
        'app_id' => $option('app-id', 'bench'),
        'key' => $option('key', 'bench-key'),
        'secret' => $option('secret', 'bench-secret'),
    ]],
]);
$server->on('started', static function (array $started): void {
    echo "listening on {$started['address']}\n";
});
$server->run();
