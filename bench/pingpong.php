<?php

declare(strict_types=1);

/*
 * The ping-pong floor as PHP sees it: php pingpong.php --pong=SOCKET --question=BYTES
 * --answer=BYTES [--count=5000] [--pace-us=0], with bench_pingpong --pong at SOCKET. Prints JSON.
 */

use Reverb\Bench\Measurement;
use Reverb\Bench\PingPong;

require __DIR__.'/php/Measurement.php';
require __DIR__.'/php/PingPong.php';

$options = getopt('', ['pong:', 'question:', 'answer:', 'count:', 'pace-us:']);
$number = static fn (string $name, int $fallback): int => (int) ($options[$name] ?? $fallback);

if (! is_string($options['pong'] ?? null)) {
    fwrite(STDERR, "pingpong.php: --pong is needed, the socket of bench_pingpong --pong\n");
    exit(1);
}

echo json_encode(Measurement::of(
    PingPong::ways($options['pong'], $number('question', 143), $number('answer', 18)),
    $number('count', 5_000),
    $number('pace-us', 0),
), JSON_THROW_ON_ERROR), "\n";
