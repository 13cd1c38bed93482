<?php

declare(strict_types=1);

namespace Reverb\Laravel\Hooks;

use Closure;
use Illuminate\Contracts\Events\Dispatcher;
use Laravel\Reverb\Connection;
use Laravel\Reverb\Events\ChannelCreated;
use Laravel\Reverb\Events\ChannelRemoved;
use Laravel\Reverb\Events\ConnectionPruned;
use Laravel\Reverb\Events\MessageReceived;
use Laravel\Reverb\Events\MessageSent;
use Laravel\Reverb\Protocols\Pusher\Channels\Channel;
use Laravel\Reverb\Protocols\Pusher\Channels\ChannelBroker;
use Laravel\Reverb\Protocols\Pusher\Channels\ChannelConnection;
use Reverb\Laravel\Events\ChannelSubscribed;
use Reverb\Laravel\Events\ChannelUnsubscribed;
use Reverb\Laravel\Events\ConnectionClosed;
use Reverb\Laravel\Events\ConnectionOpened;
use Reverb\Laravel\Events\MemberAdded;
use Reverb\Laravel\Events\MemberRemoved;
use Reverb\Laravel\Server\CurrentSocket;
use Reverb\Laravel\Server\Scope;
use Reverb\Server;

/**
 * Makes Laravel's events of what the server tells by its hooks. Each hook costs the server a call
 * into PHP, MessageSent even one a frame and receiver, so only those are set whose event somebody
 * listens to or a setting asks for.
 *
 * A call has some of these keys, whichever its hook tells:
 *
 * @phpstan-type Call array{app_id: string, socket_id: string, origin: ?string, address: string, channel: string, user_id: string, message: string, last_seen: int}
 */
final class EventHooks
{
    /** Events, and the hook that each is made of. */
    public const HOOKS = [
        MessageReceived::class => 'message_received',
        MessageSent::class => 'message_sent',
        ConnectionOpened::class => 'connection_opened',
        ConnectionClosed::class => 'connection_closed',
        ConnectionPruned::class => 'connection_pruned',
        ChannelCreated::class => 'channel_created',
        ChannelRemoved::class => 'channel_removed',
        ChannelSubscribed::class => 'subscribed',
        ChannelUnsubscribed::class => 'unsubscribed',
        MemberAdded::class => 'member_added',
        MemberRemoved::class => 'member_removed',
    ];

    public function __construct(
        private readonly Dispatcher $events,
        private readonly Listeners $listeners,
        private readonly CurrentSocket $socket,
        private readonly Scope $scope,
    ) {}

    /**
     * @param  list<string>  $always  events to dispatch whether or not somebody listens now
     */
    public function attach(Server $server, array $always = []): void
    {
        foreach ($this->wanted($always) as $hook => $listener) {
            $server->on($hook, $listener);
        }
    }

    /**
     * @param  list<string>  $always
     * @return array<string, Closure(array<string, mixed>): void> by hook, its listener
     */
    public function wanted(array $always = []): array
    {
        $wanted = [];

        foreach (self::HOOKS as $event => $hook) {
            if (in_array($event, $always, true) || $this->listeners->exist($event)) {
                $wanted[$hook] = fn (array $call) => $this->dispatch($hook, $call);
            }
        }

        return $wanted;
    }

    /**
     * As if it were a request of the connection that it is about.
     *
     * @param  value-of<self::HOOKS>  $hook
     * @param  array<mixed>  $call
     */
    private function dispatch(string $hook, array $call): void
    {
        $socketId = $call['socket_id'] ?? null;
        $dispatch = function () use ($hook, $call): void {
            /** @var Call $call */
            $this->events->dispatch(self::event($hook, $call));
        };

        $this->scope->during(
            fn () => is_string($socketId) ? $this->socket->during($socketId, $dispatch) : $dispatch()
        );
    }

    /**
     * @param  value-of<self::HOOKS>  $hook
     * @param  Call  $call
     */
    private static function event(string $hook, array $call): object
    {
        return match ($hook) {
            'message_received' => new MessageReceived(self::connection($call), $call['message']),
            'message_sent' => new MessageSent(self::connection($call), $call['message']),
            'connection_opened' => new ConnectionOpened(self::connection($call), $call['address']),
            'connection_closed' => new ConnectionClosed(self::connection($call)),
            'connection_pruned' => new ConnectionPruned(new ChannelConnection(self::pruned($call))),
            'channel_created' => new ChannelCreated(self::channel($call)),
            'channel_removed' => new ChannelRemoved(self::channel($call)),
            'subscribed' => new ChannelSubscribed(self::connection($call), self::channel($call)),
            'unsubscribed' => new ChannelUnsubscribed(self::connection($call), self::channel($call)),
            'member_added' => new MemberAdded(self::connection($call), self::channel($call), $call['user_id']),
            'member_removed' => new MemberRemoved(self::connection($call), self::channel($call), $call['user_id']),
        };
    }

    /**
     * @param  Call  $call
     */
    private static function connection(array $call): Connection
    {
        return new Connection($call['socket_id'], $call['app_id'], $call['origin']);
    }

    /**
     * @param  Call  $call
     */
    private static function pruned(array $call): Connection
    {
        $connection = new Connection($call['socket_id'], $call['app_id'], $call['origin'], $call['last_seen']);
        $connection->ping();

        return $connection;
    }

    /**
     * @param  Call  $call
     */
    private static function channel(array $call): Channel
    {
        return ChannelBroker::create($call['channel'], $call['app_id']);
    }
}
