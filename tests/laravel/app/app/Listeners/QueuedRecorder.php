<?php

declare(strict_types=1);

namespace App\Listeners;

use Illuminate\Contracts\Queue\ShouldQueue;
use Laravel\Reverb\Events\MessageReceived;
use Laravel\Reverb\Protocols\Pusher\Channels\ChannelBroker;
use LogicException;

/**
 * Gets what was received from a queue, and tries from there what only the server's process can do.
 */
final class QueuedRecorder extends Recorder implements ShouldQueue
{
    public function handle(object $event): void
    {
        parent::handle($event);

        if (! $event instanceof MessageReceived) {
            return;
        }

        try {
            $event->connection->send('{}');
        } catch (LogicException $e) {
            self::write(['event' => 'refused', 'class' => $e::class, 'message' => $e->getMessage()]);
        }

        ChannelBroker::create('room', $event->connection->app()->id())
            ->broadcast(['event' => 'from-worker', 'data' => ['to' => 'others']], $event->connection);
    }
}
