<?php

declare(strict_types=1);

/*
 * One request to a php-fpm: the application in ?app= sends so many events over the unix socket, as
 * soon as all the workers of this round are there. ?folder= is where they find each other. Prints
 * JSON: begin and end, of the monotonic clock in nanoseconds.
 */

use Reverb\Bench\BenchEvent;
use Reverb\Bench\LaravelApplication;
use Reverb\Bench\Options;

require __DIR__.'/php/autoload.php';

$options = new Options(['app', 'socket', 'folder', 'workers', 'count'], LaravelApplication::OPTIONS);
LaravelApplication::boot($options);
$worker = getmypid();

// The connection and the classes are those of a worker that has served before.
event(new BenchEvent('bench-reverb', 0, BenchEvent::TEXT));
touch($options->text('folder')."/{$worker}");

while (count(scandir($options->text('folder')) ?: []) - 2 < $options->number('workers')) {
    usleep(1_000);
}

$begin = hrtime(true);

for ($number = 1; $number <= $options->number('count'); $number++) {
    event(new BenchEvent('bench-reverb', $number, "{$worker}"));
}

echo json_encode(['begin' => $begin, 'end' => hrtime(true)], JSON_THROW_ON_ERROR);
