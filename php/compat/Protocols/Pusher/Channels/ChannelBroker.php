<?php

declare(strict_types=1);

namespace Laravel\Reverb\Protocols\Pusher\Channels;

/**
 * Makes a channel of the class that its name stands for.
 */
class ChannelBroker
{
    public static function create(string $name, ?string $appId = null): Channel
    {
        return match (true) {
            str_starts_with($name, 'private-cache-'),
            str_starts_with($name, 'private-encrypted-cache-') => new PrivateCacheChannel($name, $appId),
            str_starts_with($name, 'presence-cache-') => new PresenceCacheChannel($name, $appId),
            str_starts_with($name, 'cache-') => new CacheChannel($name, $appId),
            str_starts_with($name, 'private-') => new PrivateChannel($name, $appId),
            str_starts_with($name, 'presence-') => new PresenceChannel($name, $appId),
            default => new Channel($name, $appId),
        };
    }
}
