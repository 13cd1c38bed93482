<?php

declare(strict_types=1);

/*
 * What event() of a ShouldBroadcastNow class takes in a Laravel application, by each way to a
 * running server, beside a ping-pong of as many bytes:
 *
 *   php -d extension=reverb.so event.php --app=PATH --port=PORT --socket=PATH --pong=SOCKET
 *       [--app-id=bench] [--key=bench-key] [--secret=bench-secret] [--count=2000] [--pace-us=0]
 *       [--question=BYTES] [--answer=BYTES]
 *
 * PATH of --app is an application that has this package; nothing of it is changed. Prints JSON.
 */

use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Console\Kernel;
use Reverb\Bench\BenchEvent;
use Reverb\Bench\Measurement;
use Reverb\Bench\PingPong;

$options = getopt('', [
    'app:', 'port:', 'socket:', 'pong:', 'app-id:', 'key:', 'secret:', 'count:', 'pace-us:', 'question:', 'answer:',
]);
$option = static fn (string $name, string $fallback): string => is_string($options[$name] ?? null)
    ? $options[$name]
    : $fallback;

foreach (['app', 'port', 'socket', 'pong'] as $needed) {
    if ($option($needed, '') === '') {
        fwrite(STDERR, "event.php: --{$needed} is needed\n");
        exit(1);
    }
}

require $option('app', '').'/vendor/autoload.php';
require __DIR__.'/php/Measurement.php';
require __DIR__.'/php/PingPong.php';
require __DIR__.'/php/BenchEvent.php';

$app = require $option('app', '').'/bootstrap/app.php';
$app->make(Kernel::class)->bootstrap();

$connection = [
    'driver' => 'reverb',
    'app_id' => $option('app-id', 'bench'),
    'key' => $option('key', 'bench-key'),
    'secret' => $option('secret', 'bench-secret'),
    'options' => [
        'host' => '127.0.0.1',
        'port' => (int) $option('port', ''),
        'scheme' => 'http',
        'useTLS' => false,
    ],
    'client_options' => [],
];
$app->make(Repository::class)->set([
    'reverb.servers.reverb.socket' => $option('socket', ''),
    'broadcasting.connections.bench-null' => ['driver' => 'null'],
    'broadcasting.connections.bench-socket' => $connection,
    // The SDK alone, as Laravel has it without this package.
    'broadcasting.connections.bench-http' => ['driver' => 'pusher'] + $connection,
]);

// The data of the event are 100 bytes: {"id":1,"text":"…"}.
$text = str_repeat('abcdefghij', 8).'ab';
$event = static fn (string $connection): callable => static function () use ($connection, $text): void {
    event(new BenchEvent($connection, 1, $text));
};

$ways = PingPong::ways(
    $option('pong', ''),
    (int) $option('question', '143'),
    (int) $option('answer', '18'),
) + [
    'event(), null broadcaster' => $event('bench-null'),
    'event(), unix socket' => $event('bench-socket'),
    'event(), HTTP by Guzzle' => $event('bench-http'),
];

// The first call of each loads its classes and connects.
foreach ($ways as $way) {
    $way();
}

echo json_encode(Measurement::of(
    $ways,
    (int) $option('count', '2000'),
    (int) $option('pace-us', '0'),
), JSON_THROW_ON_ERROR), "\n";
