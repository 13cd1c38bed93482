<?php

declare(strict_types=1);

/*
 * php subscriber-process.php PORT CHANNEL FILE: subscribes, over and over, and appends a line to FILE when
 * it has ("subscribed NANOSECONDS") and for each event ("event TEXT"). Ends when it is killed.
 */

use Reverb\Laravel\Tests\Support\WebSocketClient;

require __DIR__.'/../bootstrap.php';

[, $port, $channel, $path] = $argv;
$file = fopen($path, 'ab') ?: throw new RuntimeException($path);
while (true) {
    try {
        $client = @WebSocketClient::connect((int) $port);
        $client->subscribe($channel);
    } catch (RuntimeException) {
        usleep(10_000);

        continue;
    }

    fwrite($file, 'subscribed '.hrtime(true)."\n");

    foreach ($client->messages() as $message) {
        if (($message['channel'] ?? null) !== $channel) {
            continue;
        }

        fwrite($file, 'event '.json_decode($message['data'])->text."\n");
    }
}
