<?php

declare(strict_types=1);

namespace Reverb\Laravel\Events;

/**
 * The server of reverb:start is about to disconnect its clients and end. $reason is "SIGTERM",
 * "SIGINT", or "stop" after reverb:restart.
 */
final class ServerStopping
{
    public function __construct(
        public readonly string $reason,
    ) {}
}
