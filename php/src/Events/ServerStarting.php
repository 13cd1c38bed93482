<?php

declare(strict_types=1);

namespace Reverb\Laravel\Events;

use Reverb\Server;

/**
 * reverb:start is about to serve: the moment to add timers (`$event->server->every(…)`) that run in
 * the server's process.
 */
final class ServerStarting
{
    public function __construct(
        public readonly Server $server,
    ) {}
}
