<?php

declare(strict_types=1);

namespace Reverb\Laravel;

use Illuminate\Contracts\Cache\Factory;
use Throwable;

/**
 * The wish that servers restart, told through the cache: they end when its value changes, and
 * whoever supervises them starts them again.
 */
final class RestartSignal
{
    public const KEY = 'laravel:reverb:restart';

    private mixed $seen = null;

    private bool $read = false;

    public function __construct(
        private readonly Factory $cache,
    ) {}

    public function send(): void
    {
        // Finer than a second: two restarts in one second are two.
        $this->cache->store()->forever(self::KEY, (string) microtime(true));
    }

    /**
     * Whether it was sent since the first time that the cache could be asked.
     *
     * @throws Throwable when the cache cannot be read
     */
    public function received(): bool
    {
        $value = $this->cache->store()->get(self::KEY);

        if ($this->read) {
            return $value !== $this->seen;
        }

        $this->seen = $value;
        $this->read = true;

        return false;
    }
}
