<?php

declare(strict_types=1);

namespace App\Reverb;

use App\Events\Sent;
use App\Listeners\Recorder;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Queue\InteractsWithQueue;
use Reverb\Laravel\ClientEvents\ClientEvent;
use Reverb\Laravel\Exceptions\NotInServer;
use RuntimeException;
use Throwable;

/**
 * Handles client events in a worker.
 */
final class QueuedHandler implements ShouldQueue
{
    use InteractsWithQueue;

    public string $queue = 'client-events';

    public int $tries = 2;

    public function shouldQueue(ClientEvent $event): bool
    {
        return $event->get('skip') !== true;
    }

    public function handle(ClientEvent $event, string $room): void
    {
        Recorder::write([
            'event' => $event->event, 'room' => $room, 'data' => $event->data, 'user' => $event->userId, 'socket' => $event->socketId(),
            'app' => $event->app()->id(), 'attempt' => $this->attempts(), 'process' => getmypid(),
        ]);

        if ($event->get('fail') === true) {
            throw new RuntimeException('The worker threw.');
        }

        try {
            $event->reply('answer', 'from the handler');
        } catch (NotInServer $e) {
            Recorder::write(['event' => 'refused', 'message' => $e->getMessage()]);
        }

        broadcast(new Sent([$event->channel], 'from the handler'))->toOthers();
    }

    public function failed(ClientEvent $event, Throwable $e): void
    {
        Recorder::write(['event' => 'failed', 'of' => $event->event, 'message' => $e->getMessage()]);
    }
}
