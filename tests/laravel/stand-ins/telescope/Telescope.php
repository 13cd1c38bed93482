<?php

declare(strict_types=1);

namespace Laravel\Telescope;

use Illuminate\Support\Facades\Event;
use Laravel\Telescope\Contracts\EntriesRepository;

/**
 * Keeps the names of all events, but the framework's, until they are stored.
 */
class Telescope
{
    /** @var list<string> */
    private static array $events = [];

    public static function start(): void
    {
        Event::listen('*', static function (string $event): void {
            if (! str_starts_with($event, 'Illuminate\\') && class_exists($event)) {
                self::$events[] = $event;
            }
        });
    }

    public static function store(EntriesRepository $storage): void
    {
        [$events, self::$events] = [self::$events, []];
        $storage->store($events);
    }
}
