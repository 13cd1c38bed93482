<?php

declare(strict_types=1);

namespace Reverb\Bench;

use Illuminate\Broadcasting\Broadcasters\NullBroadcaster;
use Reverb\Publisher;

/**
 * Signed HTTP over one kept TCP connection.
 */
final class KeepAliveBroadcaster extends NullBroadcaster
{
    public function __construct(private readonly Publisher $publisher, private readonly string $appId) {}

    /**
     * @param  array<mixed>  $channels
     * @param  string  $event
     * @param  array<mixed>  $payload
     */
    public function broadcast(array $channels, $event, array $payload = []): void
    {
        unset($payload['socket']);
        $this->publisher->publish($this->appId, array_map(strval(...), $channels), $event, json_encode($payload, JSON_THROW_ON_ERROR));
    }
}
