<?php

declare(strict_types=1);

namespace Laravel\Reverb\Loggers;

use Illuminate\Support\Facades\Log as LaravelLog;
use Laravel\Reverb\Contracts\Logger;
use Reverb\Laravel\Console\ReadableMessage;

/**
 * To the application's log.
 */
class StandardLogger implements Logger
{
    public function info(string $title, ?string $message = null): void
    {
        LaravelLog::info($message === null || $message === '' ? $title : "{$title}: {$message}");
    }

    public function error(string $message): void
    {
        LaravelLog::error($message);
    }

    public function message(string $message): void
    {
        LaravelLog::info(ReadableMessage::of($message));
    }

    public function line(int $lines = 1): void {}
}
