<?php

declare(strict_types=1);

namespace Reverb\Bench;

use Illuminate\Broadcasting\Channel;
use Illuminate\Contracts\Broadcasting\ShouldBroadcast;

/**
 * The same event, by way of the application's queue.
 */
final class QueuedBenchEvent implements ShouldBroadcast
{
    public string $connection = 'redis';

    public function __construct(
        private readonly int $id,
        private readonly string $text,
    ) {}

    public function broadcastOn(): Channel
    {
        return new Channel('bench');
    }

    public function broadcastAs(): string
    {
        return 'bench';
    }

    /**
     * @return array{id: int, text: string}
     */
    public function broadcastWith(): array
    {
        return ['id' => $this->id, 'text' => $this->text];
    }
}
