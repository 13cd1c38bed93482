<?php

declare(strict_types=1);

/*
 * The ping-pong floor as PHP sees it: php pingpong.php --pong=SOCKET --question=BYTES
 * --answer=BYTES [--count=5000] [--pace-us=0], with bench_pingpong --pong at SOCKET. Prints JSON.
 */

use Reverb\Bench\Measurement;
use Reverb\Bench\Options;
use Reverb\Bench\PingPong;

require __DIR__.'/php/autoload.php';

$options = new Options(['pong'], ['question', 'answer', 'count', 'pace-us']);

echo json_encode(Measurement::of(
    PingPong::ways($options->text('pong'), $options->number('question', 143), $options->number('answer', 18)),
    $options->number('count', 5_000),
    $options->number('pace-us'),
), JSON_THROW_ON_ERROR), "\n";
