<?php

declare(strict_types=1);

namespace Laravel\Reverb\Protocols\Pusher\Channels;

/**
 * A channel whose members know each other.
 */
class PresenceChannel extends PrivateChannel
{
    public function data(): never
    {
        throw $this->unavailable(__FUNCTION__, $this->api('/users'));
    }
}
