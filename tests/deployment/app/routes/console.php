<?php

declare(strict_types=1);

use App\Events\Sent;
use Illuminate\Broadcasting\BroadcastException;
use Illuminate\Support\Facades\Artisan;

/*
 * Broadcasts, and prints "sent" or the exception's message.
 */
Artisan::command('send {channel} {text=hello}', function (string $channel, string $text): void {
    try {
        event(new Sent($channel, $text));
        $this->output->write('sent');
    } catch (BroadcastException $e) {
        $this->output->write("BroadcastException: {$e->getMessage()}");
    }
});
