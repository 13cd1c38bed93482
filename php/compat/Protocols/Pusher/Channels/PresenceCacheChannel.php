<?php

declare(strict_types=1);

namespace Laravel\Reverb\Protocols\Pusher\Channels;

/**
 * A presence channel that keeps its last event for who subscribes later.
 */
class PresenceCacheChannel extends CacheChannel
{
    public function data(): never
    {
        throw $this->unavailable(__FUNCTION__, $this->api('/users'));
    }
}
