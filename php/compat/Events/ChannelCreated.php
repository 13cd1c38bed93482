<?php

declare(strict_types=1);

namespace Laravel\Reverb\Events;

use Illuminate\Foundation\Events\Dispatchable;
use Laravel\Reverb\Protocols\Pusher\Channels\Channel;

/**
 * A channel got its first subscriber.
 */
class ChannelCreated
{
    use Dispatchable;

    public function __construct(
        public Channel $channel,
    ) {}
}
