<?php

declare(strict_types=1);

namespace Reverb\Laravel\Events;

use Reverb\Server;

/**
 * reverb:start is about to serve. For timers and answers to clients there are `Reverb::every()` and
 * `Reverb::on()`; this has the server itself.
 */
final class ServerStarting
{
    public function __construct(
        public readonly Server $server,
    ) {}
}
