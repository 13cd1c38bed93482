<?php

declare(strict_types=1);

namespace Laravel\Reverb\Protocols\Pusher\Channels;

use Illuminate\Support\Arr;
use Laravel\Reverb\Contracts\Connection;

/**
 * A connection together with what it told the channel it subscribed to. What it does not have, it
 * leaves to the connection.
 *
 * @mixin Connection
 */
class ChannelConnection
{
    /**
     * @param  array<array-key, mixed>  $data
     */
    public function __construct(
        protected Connection $connection,
        protected array $data = [],
    ) {}

    /**
     * @param  array<array-key, mixed>  $parameters
     */
    public function __call(string $method, array $parameters): mixed
    {
        return $this->connection->{$method}(...$parameters);
    }

    public function connection(): Connection
    {
        return $this->connection;
    }

    /**
     * All of it, or the value of a key ("user_info.name").
     */
    public function data(?string $key = null): mixed
    {
        return $key === null ? $this->data : Arr::get($this->data, $key);
    }

    public function send(string $message): void
    {
        $this->connection->send($message);
    }
}
