<?php

declare(strict_types=1);

namespace Reverb\Laravel\Events;

use Laravel\Reverb\Connection;
use Laravel\Reverb\Protocols\Pusher\Channels\Channel;

/**
 * A user is in a presence channel: the first of the user's connections has subscribed to it.
 */
final class MemberAdded
{
    public function __construct(
        public readonly Connection $connection,
        public readonly Channel $channel,
        public readonly string $userId,
    ) {}
}
