<?php

declare(strict_types=1);

namespace Laravel\Reverb\Events;

use Illuminate\Foundation\Events\Dispatchable;
use Laravel\Reverb\Protocols\Pusher\Channels\Channel;

/**
 * A channel's last subscriber is gone.
 */
class ChannelRemoved
{
    use Dispatchable;

    public function __construct(
        public Channel $channel,
    ) {}
}
