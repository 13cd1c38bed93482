<?php

declare(strict_types=1);

namespace Reverb\Laravel\Events;

use Laravel\Reverb\Connection;
use Laravel\Reverb\Protocols\Pusher\Channels\Channel;

/**
 * A user is no longer in a presence channel: the last of the user's connections has left it.
 */
final class MemberRemoved
{
    public function __construct(
        public readonly Connection $connection,
        public readonly Channel $channel,
        public readonly string $userId,
    ) {}
}
