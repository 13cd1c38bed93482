<?php

declare(strict_types=1);

namespace Reverb\Laravel\Events;

use Laravel\Reverb\Connection;
use Laravel\Reverb\Protocols\Pusher\Channels\Channel;

/**
 * A connection has left a channel, or ended while it was subscribed to it.
 */
final class ChannelUnsubscribed
{
    public function __construct(
        public readonly Connection $connection,
        public readonly Channel $channel,
    ) {}
}
