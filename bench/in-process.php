<?php

declare(strict_types=1);

/*
 * What event() takes in the server's own process, where it is a direct call: event.php for that one
 * way. --cores=SERVER,CALLER are those of the server's threads and of the calling one.
 *
 *   php -d extension=reverb.so in-process.php --app=PATH [--cores=0,1] [--count=2000] [--pace-us=0]
 */

use Reverb\Bench\BenchEvent;
use Reverb\Bench\LaravelApplication;
use Reverb\Bench\Measurement;
use Reverb\Bench\Options;
use Reverb\Bench\Subscriber;
use Reverb\Bench\Way;
use Reverb\Laravel\Native\RunningServer;
use Reverb\Server;

require __DIR__.'/php/autoload.php';

$options = new Options(['app'], [...LaravelApplication::OPTIONS, 'cores', 'count', 'pace-us']);
$app = LaravelApplication::boot($options);
$key = $options->text('key', 'bench-key');
$server = new Server([
    'host' => '127.0.0.1',
    'port' => 0,
    'socket' => null,
    'threads' => 1,
    'apps' => [[
        'app_id' => $options->text('app-id', 'bench'), 'key' => $key, 'secret' => $options->text('secret', 'bench-secret'),
    ]],
]);

$server->on('started', static function () use ($app, $server, $options, $key): void {
    if (($cores = $options->text('cores')) !== '') {
        [$others, $own] = explode(',', $cores);

        foreach (array_diff(scandir('/proc/self/task') ?: [], ['.', '..']) as $thread) {
            exec('taskset -cp '.((int) $thread === getmypid() ? $own : $others)." {$thread}");
        }
    }

    $app->make(RunningServer::class)->server = $server;
    $subscriber = new Subscriber((int) $server->port(), $key);
    $event = static fn (string $connection, ?Subscriber $subscriber): Way => new Way(static function () use ($connection): void {
        event(new BenchEvent($connection, 1, BenchEvent::TEXT));
    }, $subscriber);

    echo json_encode(Measurement::of([
        'event(), null broadcaster, in the server' => $event('bench-null', null),
        'event(), in the server' => $event('bench-reverb', $subscriber),
    ], $options->number('count', 2_000), $options->number('pace-us')), JSON_THROW_ON_ERROR), "\n";
    $server->stop();
});
$server->run();
