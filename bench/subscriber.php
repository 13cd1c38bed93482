<?php

declare(strict_types=1);

/*
 * Reads the events of fpm.php, whose ids count from 0 for each worker, and fails unless each came
 * once and in order: php subscriber.php --port=PORT --workers=NUMBER --count=NUMBER [--key=bench-key]
 */

use Reverb\Bench\Options;
use Reverb\Bench\Subscriber;

require __DIR__.'/php/autoload.php';

$options = new Options(['port', 'workers', 'count'], ['key']);
$subscriber = new Subscriber($options->number('port'), $options->text('key', 'bench-key'));
echo "subscribed\n";
$last = [];

for ($left = $options->number('workers') * $options->number('count'); $left > 0;) {
    ['id' => $id, 'text' => $worker] = json_decode(json_decode($subscriber->read(), true)['data'], true);

    if ($id === 0) {
        continue;
    }

    if ($id !== ($last[$worker] ?? 0) + 1) {
        fwrite(STDERR, "worker {$worker}: event {$id} after ".($last[$worker] ?? 0)."\n");
        exit(1);
    }

    $last[$worker] = $id;
    $left--;
}
