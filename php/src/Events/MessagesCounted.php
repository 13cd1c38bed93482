<?php

declare(strict_types=1);

namespace Reverb\Laravel\Events;

/**
 * How many messages an application's clients sent, and were sent, since this was told last: every
 * `pulse_ingest_interval` seconds, unless there were none. By the server's own counters, so it
 * costs nothing a message.
 */
final class MessagesCounted
{
    public function __construct(
        public readonly string $appId,
        public readonly int $received,
        public readonly int $sent,
    ) {}
}
