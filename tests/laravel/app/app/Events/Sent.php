<?php

declare(strict_types=1);

namespace App\Events;

use Illuminate\Broadcasting\InteractsWithSockets;
use Illuminate\Contracts\Broadcasting\ShouldBroadcastNow;

final class Sent implements ShouldBroadcastNow
{
    use InteractsWithSockets;

    /**
     * @param  list<string>  $channels
     */
    public function __construct(
        private readonly array $channels,
        public string $text,
    ) {}

    /**
     * @return list<string>
     */
    public function broadcastOn(): array
    {
        return $this->channels;
    }
}
