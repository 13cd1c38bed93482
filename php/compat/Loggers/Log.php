<?php

declare(strict_types=1);

namespace Laravel\Reverb\Loggers;

use Illuminate\Container\Container;
use Laravel\Reverb\Contracts\Logger;

/**
 * The bound logger: what listeners write here stands among the server's own lines.
 *
 * @method static void info(string $title, ?string $message = null)
 * @method static void error(string $message)
 * @method static void message(string $message)
 * @method static void line(int $lines = 1)
 */
class Log
{
    /**
     * @param  string  $method
     * @param  array<array-key, mixed>  $arguments
     */
    public static function __callStatic($method, $arguments): mixed
    {
        return Container::getInstance()->make(Logger::class)->{$method}(...$arguments);
    }
}
