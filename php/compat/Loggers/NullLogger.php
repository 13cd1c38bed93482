<?php

declare(strict_types=1);

namespace Laravel\Reverb\Loggers;

use Laravel\Reverb\Contracts\Logger;

/**
 * The one that is bound unless the application binds another.
 */
class NullLogger implements Logger
{
    public function info(string $title, ?string $message = null): void {}

    public function error(string $message): void {}

    public function message(string $message): void {}

    public function line(int $lines = 1): void {}
}
