<?php

declare(strict_types=1);

namespace Reverb\Laravel\ClientEvents;

use Illuminate\Container\Container;
use Illuminate\Contracts\Validation\Factory as ValidationFactory;
use Illuminate\Support\Arr;
use Illuminate\Validation\ValidationException;
use JsonException;
use Laravel\Reverb\Application;
use Laravel\Reverb\Connection;
use Laravel\Reverb\Exceptions\InvalidApplication;
use Laravel\Reverb\Protocols\Pusher\Channels\ChannelBroker;
use Reverb\Laravel\Exceptions\NotInServer;

/**
 * What a client sent, and ways to answer. It goes through queues; there it can do all but reply.
 */
final class ClientEvent
{
    /**
     * @param  string  $event  "client-typing"
     * @param  string  $channel  with its prefix
     * @param  array<string, string>  $parameters  of the channel's pattern
     * @param  array<array-key, mixed>  $data  as the client sent it: check it
     * @param  ?string  $userId  the sender's in a presence channel; null on private ones
     * @param  Connection  $connection  the sender's
     */
    public function __construct(
        public readonly string $event,
        public readonly string $channel,
        public readonly array $parameters,
        public readonly array $data,
        public readonly ?string $userId,
        public readonly Connection $connection,
    ) {}

    /**
     * A value of the data by its key ("position.x").
     */
    public function get(string $key, mixed $default = null): mixed
    {
        return Arr::get($this->data, $key, $default);
    }

    /**
     * The data that these rules speak of. What does not satisfy them ends the handler, and is not
     * reported: a client that sends nonsense is no error of the application.
     *
     * @param  array<string, mixed>  $rules
     * @return array<array-key, mixed>
     *
     * @throws ValidationException
     */
    public function validate(array $rules): array
    {
        return Container::getInstance()->make(ValidationFactory::class)->make($this->data, $rules)->validate();
    }

    public function socketId(): string
    {
        return $this->connection->id();
    }

    /**
     * @throws InvalidApplication when there is none of this id any more
     */
    public function app(): Application
    {
        return $this->connection->app();
    }

    /**
     * Sends the sender, and nobody else, an event on this channel; nothing happens when the
     * connection is gone.
     *
     * @param  mixed  $data  a string as it is, anything else as JSON
     *
     * @throws NotInServer in another process than reverb:start
     * @throws JsonException
     */
    public function reply(string $event, mixed $data = []): void
    {
        $this->connection->send(json_encode([
            'event' => $event,
            'data' => is_string($data) ? $data : json_encode($data, JSON_THROW_ON_ERROR),
            'channel' => $this->channel,
        ], JSON_THROW_ON_ERROR));
    }

    /**
     * Sends an event to all subscribers of this channel.
     */
    public function broadcast(string $event, mixed $data = []): void
    {
        $this->publish($event, $data, except: null);
    }

    /**
     * Sends an event to all subscribers of this channel but the sender.
     */
    public function broadcastToOthers(string $event, mixed $data = []): void
    {
        $this->publish($event, $data, except: $this->connection);
    }

    private function publish(string $event, mixed $data, ?Connection $except): void
    {
        ChannelBroker::create($this->channel, $this->connection->appId())
            ->broadcast(['event' => $event, 'data' => $data], $except);
    }
}
