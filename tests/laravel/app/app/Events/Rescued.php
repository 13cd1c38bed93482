<?php

declare(strict_types=1);

namespace App\Events;

use Illuminate\Contracts\Broadcasting\ShouldBroadcastNow;
use Illuminate\Contracts\Broadcasting\ShouldRescue;

final class Rescued implements ShouldBroadcastNow, ShouldRescue
{
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
