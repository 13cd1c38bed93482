<?php

declare(strict_types=1);

use Reverb\Laravel\Facades\Reverb;

/*
 * What a test wants of the server, it says by environment variables.
 */
foreach (json_decode(env('TEST_HANDLERS', '[]'), true, flags: JSON_THROW_ON_ERROR) as [$event, $channel, $handler]) {
    Reverb::on($event, $channel, $handler);
}

foreach (json_decode(env('TEST_TIMERS', '[]'), true, flags: JSON_THROW_ON_ERROR) as [$seconds, $action]) {
    Reverb::every($seconds, $action);
}
