<?php

declare(strict_types=1);

namespace Laravel\Reverb\Pulse\Recorders;

use Laravel\Pulse\Pulse;
use Reverb\Laravel\Events\MessagesCounted;

/**
 * Records how many messages were received and sent, out of the server's own counters: exact, so
 * there is no sampling, and in sums, so that a message costs nothing.
 */
class ReverbMessages
{
    /** @var class-string */
    public string $listen = MessagesCounted::class;

    public function __construct(
        protected Pulse $pulse,
    ) {}

    public function record(MessagesCounted $event): void
    {
        foreach (['received' => $event->received, 'sent' => $event->sent] as $direction => $messages) {
            if ($messages > 0) {
                $this->pulse->record("reverb_message:{$direction}", $event->appId, $messages)->sum()->onlyBuckets();
            }
        }
    }
}
