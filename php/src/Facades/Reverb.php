<?php

declare(strict_types=1);

namespace Reverb\Laravel\Facades;

use Illuminate\Support\Facades\Facade;
use Reverb\Laravel\Server\Registrar;

/**
 * What the application wants done in the server's process.
 *
 * @method static void on(string $event, string|\Stringable $channel, \Closure|string|array<array-key, mixed> $handler)
 * @method static \Reverb\Laravel\Server\Timer every(float $seconds, \Closure|string|array<array-key, mixed> $action)
 *
 * @see Registrar
 */
final class Reverb extends Facade
{
    protected static function getFacadeAccessor(): string
    {
        return Registrar::class;
    }
}
