<?php

declare(strict_types=1);

namespace Reverb\Laravel\Events;

use Laravel\Reverb\Connection;
use Laravel\Reverb\Protocols\Pusher\Channels\Channel;

/**
 * A connection has subscribed to a channel.
 */
final class ChannelSubscribed
{
    public function __construct(
        public readonly Connection $connection,
        public readonly Channel $channel,
    ) {}
}
