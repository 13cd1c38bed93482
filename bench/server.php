<?php

declare(strict_types=1);

/*
 * The server as PHP runs it, with no framework: what bench/run measures. Started with
 * php -d extension=reverb.so server.php --port=PORT [--socket=PATH] [--threads=1]
 * [--app-id=bench] [--key=bench-key] [--secret=bench-secret] [--certificate=FILE --private-key=FILE]
 * [--redis-port=PORT], the last for a node of a cluster. Ends on SIGTERM or SIGINT.
 */

$options = getopt('', [
    'port:', 'socket:', 'threads:', 'app-id:', 'key:', 'secret:', 'certificate:', 'private-key:', 'redis-port:',
]);
$option = static fn (string $name, string $fallback): string => is_string($options[$name] ?? null)
    ? $options[$name]
    : $fallback;

$server = new Reverb\Server([
    'host' => '127.0.0.1',
    'port' => (int) $option('port', '0'),
    'socket' => $option('socket', '') ?: null,
    'socket_required' => true,
    'threads' => (int) $option('threads', '1'),
    ...(isset($options['certificate'])
        ? ['tls' => ['local_cert' => $option('certificate', ''), 'local_pk' => $option('private-key', '')]]
        : []),
    'max_request_size' => 20_000, // a row publishes 10 KB
    'compression' => ['enabled' => true], // for those of the load client that offer it
    'apps' => [[
        'app_id' => $option('app-id', 'bench'),
        'key' => $option('key', 'bench-key'),
        'secret' => $option('secret', 'bench-secret'),
    ]],
    'scaling' => [
        'enabled' => isset($options['redis-port']),
        'server' => ['host' => '127.0.0.1', 'port' => (int) $option('redis-port', '6379')],
    ],
]);
$server->on('started', static function (array $started): void {
    echo "listening on {$started['address']}\n";
});
$server->run();
