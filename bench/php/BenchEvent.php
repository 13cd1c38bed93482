<?php

declare(strict_types=1);

namespace Reverb\Bench;

use Illuminate\Broadcasting\Channel;
use Illuminate\Contracts\Broadcasting\ShouldBroadcastNow;

/**
 * A small event as applications have them, sent at once by the connection named.
 */
final class BenchEvent implements ShouldBroadcastNow
{
    /** With it the data of the event are 100 bytes: {"id":1,"text":"…"}. */
    public const TEXT = 'abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijab';

    public function __construct(
        private readonly string $connection,
        public readonly int $id,
        public readonly string $text,
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
     * @return list<string>
     */
    public function broadcastConnections(): array
    {
        return [$this->connection];
    }
}
