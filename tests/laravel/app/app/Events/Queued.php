<?php

declare(strict_types=1);

namespace App\Events;

use Illuminate\Broadcasting\Channel;
use Illuminate\Broadcasting\InteractsWithSockets;
use Illuminate\Contracts\Broadcasting\ShouldBroadcast;

final class Queued implements ShouldBroadcast
{
    use InteractsWithSockets;

    /**
     * @param  list<string>  $channels
     */
    public function __construct(
        private readonly array $channels,
        private readonly string $text,
    ) {}

    /**
     * @return list<Channel>
     */
    public function broadcastOn(): array
    {
        return array_map(fn (string $name): Channel => new Channel($name), $this->channels);
    }

    public function broadcastAs(): string
    {
        return 'queued';
    }

    /**
     * @return array<string, string>
     */
    public function broadcastWith(): array
    {
        return ['text' => $this->text];
    }
}
