<?php

declare(strict_types=1);

namespace Laravel\Reverb\Events;

use Illuminate\Foundation\Events\Dispatchable;
use Laravel\Reverb\Protocols\Pusher\Channels\ChannelConnection;

/**
 * A connection was ended because it did not answer a ping.
 */
class ConnectionPruned
{
    use Dispatchable;

    public function __construct(
        public ChannelConnection $connection,
    ) {}
}
