<?php

declare(strict_types=1);

/*
 * What event() of a ShouldBroadcastNow class takes in a Laravel application, by each way to a
 * running server, and how long it is until a subscriber has the event; beside a ping-pong of as
 * many bytes:
 *
 *   php -d extension=reverb.so event.php --app=PATH --port=PORT --socket=PATH --pong=SOCKET
 *       [--peer-port=PORT] [--redis-port=PORT] [--app-id=bench] [--key=bench-key]
 *       [--secret=bench-secret] [--count=2000] [--pace-us=0] [--question=BYTES] [--answer=BYTES]
 *
 * PATH of --app is an application that has this package; nothing of it is changed. --peer-port is
 * that of laravel/reverb; --redis-port that of a Redis whose queue worker.php works. Prints JSON.
 */

use Reverb\Bench\BenchEvent;
use Reverb\Bench\LaravelApplication;
use Reverb\Bench\Measurement;
use Reverb\Bench\Options;
use Reverb\Bench\PingPong;
use Reverb\Bench\QueuedBenchEvent;
use Reverb\Bench\Subscriber;
use Reverb\Bench\Way;

require __DIR__.'/php/autoload.php';

$options = new Options(
    ['app', 'port', 'socket', 'pong'], [...LaravelApplication::OPTIONS, 'count', 'pace-us', 'question', 'answer']
);
LaravelApplication::boot($options);

$key = $options->text('key', 'bench-key');
$subscriber = new Subscriber($options->number('port'), $key);
$event = static fn (string $connection, ?Subscriber $subscriber): Way => new Way(static function () use ($connection): void {
    event(new BenchEvent($connection, 1, BenchEvent::TEXT));
}, $subscriber);

$floor = PingPong::ways($options->text('pong'), $options->number('question', 143), $options->number('answer', 18));
$ways = $floor + [
    'event(), null broadcaster' => $event('bench-null', null),
    // Laravel's code is slower after a process has slept for an answer: the least that any way over
    // a socket takes.
    'event(), null broadcaster, then ping-pong' => new Way(static function () use ($floor): void {
        event(new BenchEvent('bench-null', 1, BenchEvent::TEXT));
        ($floor['ping-pong, PHP sockets']->send)();
    }),
    'event(), unix socket' => $event('bench-reverb', $subscriber),
    'event(), HTTP over kept TCP' => $event('bench-tcp', $subscriber),
    'event(), HTTP by Guzzle' => $event('bench-http', $subscriber),
];

if ($options->number('peer-port') > 0) {
    $ways['event(), Guzzle to laravel/reverb'] = $event('bench-peer', new Subscriber($options->number('peer-port'), $key));
}

if ($options->number('redis-port') > 0) {
    $ways['event() by a Redis queue'] = new Way(static function (): void {
        event(new QueuedBenchEvent(1, BenchEvent::TEXT));
    }, $subscriber);
}

echo json_encode(
    Measurement::of($ways, $options->number('count', 2_000), $options->number('pace-us')), JSON_THROW_ON_ERROR
), "\n";
