<?php

declare(strict_types=1);

namespace App\Events;

use Illuminate\Contracts\Broadcasting\ShouldBroadcastNow;

final class Sent implements ShouldBroadcastNow
{
    public function __construct(
        private readonly string $channel,
        public readonly string $text,
    ) {}

    public function broadcastOn(): string
    {
        return $this->channel;
    }
}
