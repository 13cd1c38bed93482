<?php

declare(strict_types=1);

namespace Illuminate\Foundation;

/**
 * What `php artisan dev` of Laravel 13 runs: as much of that class as a package calls.
 */
final class DevCommands
{
    /** @var array<string, string> */
    public static array $commands = [];

    public static function artisan(string $command, ?string $name = null): object
    {
        self::$commands[$name ?? $command] = $command;

        return new \stdClass;
    }
}
