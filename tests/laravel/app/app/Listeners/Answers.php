<?php

declare(strict_types=1);

namespace App\Listeners;

use App\Events\Sent;
use App\Facades\Scoped;
use Illuminate\Support\Facades\Log;
use Laravel\Reverb\Events\MessageReceived;
use Reverb\Laravel\Events\ChannelSubscribed;
use RuntimeException;

/**
 * Does what an application may do with an event, as the message says.
 */
final class Answers
{
    public function received(MessageReceived $event): void
    {
        $connection = $event->connection;

        match (json_decode($event->message)->event) {
            'client-who' => $connection->send(json_encode([
                'event' => 'you-are', 'data' => [$connection->id(), $connection->app()->id(), $connection->origin()],
            ])),
            'client-bye' => $connection->disconnect(),
            'client-never' => $connection->disconnect(4009, 'You are not wanted'),
            'client-ping' => $connection->control(),
            'client-fail' => throw new RuntimeException('The listener threw.'),
            'client-slow' => sleep(2),
            default => null,
        };
    }

    /**
     * The first event takes until all were sent, so that the rest pile up behind it.
     */
    public function slowly(object $event): void
    {
        static $first = true;

        if ($first) {
            $first = false;

            for ($tries = 0; $tries < 3_000 && ! is_file(storage_path('sent')); $tries++) {
                usleep(20_000);
            }
        }
    }

    /**
     * Tells how often it was here before, as far as it can know.
     */
    public function remembers(object $event): void
    {
        $scoped = app('test.scoped');
        $scoped->count = ($scoped->count ?? 0) + 1;
        Log::shareContext([$event->connection->id() => true]);

        Recorder::write(['event' => $event::class, 'seen' => [$scoped->count, Scoped::getFacadeRoot() === $scoped, count(Log::sharedContext())]]);
    }

    /**
     * By Laravel's own broadcasting.
     */
    public function broadcasts(ChannelSubscribed $event): void
    {
        match ($event->channel->name()) {
            'lobby' => broadcast(new Sent(['lobby', 'news'], 'somebody else came'))->toOthers(),
            'private-encrypted-room' => event(new Sent(['private-encrypted-room'], 'a secret')),
            default => null,
        };
    }

    public function subscribed(ChannelSubscribed $event): void
    {
        $event->channel->broadcast(
            ['event' => 'welcome', 'data' => ['who' => $event->connection->id()]], except: $event->connection
        );
    }
}
