<?php

declare(strict_types=1);

namespace App\Listeners;

use Laravel\Reverb\Contracts\Connection;
use Laravel\Reverb\Protocols\Pusher\Channels\Channel;
use Laravel\Reverb\Protocols\Pusher\Channels\ChannelConnection;

/**
 * Writes down the events it gets, with all they say, a line each.
 */
class Recorder
{
    public function handle(object $event): void
    {
        self::write(['event' => $event::class, ...array_map(self::describe(...), get_object_vars($event))]);
    }

    /**
     * @param  array<string, mixed>  $record
     */
    public static function write(array $record): void
    {
        file_put_contents(storage_path('logs/events.jsonl'), json_encode($record)."\n", FILE_APPEND | LOCK_EX);
    }

    private static function describe(mixed $value): mixed
    {
        return match (true) {
            $value instanceof Channel => ['class' => $value::class, 'name' => $value->name(), 'app' => $value->app()->id()],
            $value instanceof ChannelConnection => ['data' => $value->data(), ...self::describe($value->connection())],
            $value instanceof Connection => [
                'id' => $value->id(),
                'app' => $value->app()->id(),
                'origin' => $value->origin(),
                'last_seen' => $value->lastSeenAt(),
                'stale' => $value->isStale(),
            ],
            default => $value,
        };
    }
}
