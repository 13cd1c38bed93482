<?php

declare(strict_types=1);

namespace Laravel\Reverb\Protocols\Pusher\Channels;

use BadMethodCallException;
use Illuminate\Broadcasting\BroadcastManager;
use Illuminate\Container\Container;
use Illuminate\Contracts\Config\Repository;
use InvalidArgumentException;
use Laravel\Reverb\Application;
use Laravel\Reverb\Contracts\Connection;
use Laravel\Reverb\Exceptions\InvalidApplication;
use LogicException;
use Reverb\Laravel\Applications\KnownApplications;
use Reverb\Laravel\Broadcasting\SdkConfig;
use Reverb\Laravel\Native\RunningServer;

/**
 * A channel by its name. Who subscribes to it is the native server's knowledge: what would need the
 * subscribers themselves throws, and says where to ask instead.
 */
class Channel
{
    public function __construct(
        protected string $name,
        protected ?string $appId = null,
    ) {}

    public function name(): string
    {
        return $this->name;
    }

    /**
     * The application that the channel belongs to.
     *
     * @throws InvalidApplication when there is none of this id any more
     */
    public function app(): Application
    {
        return Container::getInstance()->make(KnownApplications::class)->find($this->appId());
    }

    /**
     * Sends an event to the subscribers, as if it had been triggered over HTTP.
     *
     * @param  array<array-key, mixed>  $payload  `event`, and `data` (a string as it is, anything else as JSON)
     * @param  ?Connection  $except  does not get it
     */
    public function broadcast(array $payload, ?Connection $except = null): void
    {
        $event = $payload['event'] ?? null;
        $unknown = array_diff(array_keys($payload), ['event', 'data', 'channel']);

        if (! is_string($event) || $unknown !== [] || ($payload['channel'] ?? $this->name) !== $this->name) {
            throw new InvalidArgumentException(
                "A payload for channel {$this->name} has \"event\" (a string) and \"data\", and nothing else: "
                .json_encode($payload, JSON_PARTIAL_OUTPUT_ON_ERROR)
            );
        }

        $data = $payload['data'] ?? [];
        $data = is_string($data) ? $data : json_encode($data, JSON_THROW_ON_ERROR);
        $container = Container::getInstance();
        $server = $container->make(RunningServer::class)->here();

        if ($server === null) {
            $prefix = $container->make(Repository::class)->get('reverb.servers.reverb.path');
            $container->make(BroadcastManager::class)->pusher(SdkConfig::complete($this->app()->toArray(), $prefix))->trigger(
                $this->name, $event, $data, $except === null ? [] : ['socket_id' => $except->id()], already_encoded: true
            );

            return;
        }

        $server->publish($this->appId(), $this->name, $event, $data, $except?->id());
    }

    /**
     * @param  array<array-key, mixed>  $payload
     */
    public function broadcastToAll(array $payload): void
    {
        $this->broadcast($payload);
    }

    /**
     * @param  array<array-key, mixed>  $payload
     */
    public function broadcastInternally(array $payload, ?Connection $except = null): never
    {
        throw $this->unavailable(__FUNCTION__, 'What the server tells subscribers by itself, it alone sends: use broadcast().');
    }

    public function connections(): never
    {
        throw $this->unavailable(__FUNCTION__, $this->api('?info=subscription_count'));
    }

    public function find(Connection $connection): never
    {
        throw $this->unavailable(__FUNCTION__, self::events());
    }

    public function findById(string $id): never
    {
        throw $this->unavailable(__FUNCTION__, self::events());
    }

    public function subscribed(Connection $connection): never
    {
        throw $this->unavailable(__FUNCTION__, self::events());
    }

    public function subscribe(Connection $connection, ?string $auth = null, ?string $data = null): never
    {
        throw $this->unavailable(__FUNCTION__, 'Only a client subscribes itself.');
    }

    public function unsubscribe(Connection $connection): never
    {
        throw $this->unavailable(__FUNCTION__, "Only a client unsubscribes itself; the connection's disconnect() ends it.");
    }

    /**
     * @return array<string, mixed>
     */
    public function data(): array
    {
        return [];
    }

    final protected function unavailable(string $method, string $instead): BadMethodCallException
    {
        return new BadMethodCallException(static::class."::{$method}() is not available: the native server has the subscribers. {$instead}");
    }

    final protected function api(string $query): string
    {
        return "Ask its HTTP API: Broadcast::connection()->getPusher()->get('/channels/{$this->name}{$query}').";
    }

    private function appId(): string
    {
        return $this->appId ?? throw new LogicException("Channel {$this->name} was made without an application.");
    }

    private static function events(): string
    {
        return 'Listen to Reverb\Laravel\Events\ChannelSubscribed and ChannelUnsubscribed.';
    }
}
