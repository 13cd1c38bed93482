<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit;

use BadMethodCallException;
use Closure;
use Illuminate\Config\Repository;
use Illuminate\Container\Container;
use Illuminate\Contracts\Config\Repository as RepositoryContract;
use Illuminate\Contracts\Container\Container as ContainerContract;
use Illuminate\Support\Collection;
use InvalidArgumentException;
use Laravel\Reverb\ConfigApplicationProvider;
use Laravel\Reverb\Connection;
use Laravel\Reverb\Contracts\ApplicationProvider;
use Laravel\Reverb\Events\MessageReceived;
use Laravel\Reverb\Exceptions\InvalidApplication;
use Laravel\Reverb\Protocols\Pusher\Channels\CacheChannel;
use Laravel\Reverb\Protocols\Pusher\Channels\Channel;
use Laravel\Reverb\Protocols\Pusher\Channels\ChannelBroker;
use Laravel\Reverb\Protocols\Pusher\Channels\ChannelConnection;
use Laravel\Reverb\Protocols\Pusher\Channels\PresenceCacheChannel;
use Laravel\Reverb\Protocols\Pusher\Channels\PresenceChannel;
use Laravel\Reverb\Protocols\Pusher\Channels\PrivateCacheChannel;
use Laravel\Reverb\Protocols\Pusher\Channels\PrivateChannel;
use LogicException;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Exceptions\NotInServer;
use Reverb\Laravel\Native\RunningServer;

/**
 * Connections and channels outside the server's process. Inside it: EventsTest.
 */
final class ConnectionTest extends TestCase
{
    protected function setUp(): void
    {
        $container = new Container;
        $container->instance(ContainerContract::class, $container);
        $container->instance(RepositoryContract::class, new Repository);
        $container->singleton(RunningServer::class);
        $container->instance(ApplicationProvider::class, new ConfigApplicationProvider(new Collection([
            ['app_id' => 'app-id', 'key' => 'app-key', 'secret' => 'app-secret', 'ping_interval' => 60],
        ])));

        Container::setInstance($container);
    }

    protected function tearDown(): void
    {
        Container::setInstance(null);
    }

    #[Test]
    public function it_tells_what_was_known_of_it(): void
    {
        $connection = new Connection('1.2', 'app-id', 'https://example.com', 1_700_000_000);

        $this->assertSame('1.2', $connection->id());
        $this->assertSame('1.2', $connection->identifier());
        $this->assertSame('https://example.com', $connection->origin());
        $this->assertSame('app-key', $connection->app()->key());
        $this->assertSame(1_700_000_000, $connection->lastSeenAt());
        $this->assertFalse($connection->usesControlFrames());
    }

    #[Test]
    public function an_application_that_is_gone_is_an_exception(): void
    {
        $this->expectException(InvalidApplication::class);

        (new Connection('1.2', 'gone'))->app();
    }

    #[Test]
    public function it_is_active_when_it_was_just_seen(): void
    {
        $connection = new Connection('1.2', 'app-id');

        $this->assertTrue($connection->isActive());
        $this->assertFalse($connection->isInactive());
        $connection->ping();
        $this->assertFalse($connection->isStale());
    }

    #[Test]
    public function it_is_stale_when_it_was_pinged_and_not_seen_for_the_ping_interval(): void
    {
        $connection = new Connection('1.2', 'app-id', lastSeenAt: time() - 61);

        $this->assertTrue($connection->isInactive());
        $this->assertFalse($connection->isStale());
        $connection->ping();
        $this->assertTrue($connection->isStale());
        $this->assertTrue($connection->touch()->isActive());
        $this->assertFalse($connection->setLastSeenAt(time() - 61)->isStale());
    }

    #[Test]
    public function an_event_goes_through_a_queue_and_takes_no_secret_along(): void
    {
        $connection = new Connection('1.2', 'app-id', 'https://example.com', time() - 61);
        $connection->app();
        $connection->ping();
        $serialized = serialize(new MessageReceived($connection, '{"event":"client-x"}'));

        $event = unserialize($serialized);

        $this->assertStringNotContainsString('app-secret', $serialized);
        $this->assertInstanceOf(MessageReceived::class, $event);
        $this->assertSame('{"event":"client-x"}', $event->message);
        $this->assertEquals($connection, $event->connection);
        $this->assertSame('app-secret', $event->connection->app()->secret());
        $this->assertTrue($event->connection->isStale());
    }

    /**
     * @return array<string, array{Closure(Connection): mixed, string}>
     */
    public static function deeds(): array
    {
        return [
            'send' => [fn (Connection $c) => $c->send('{}'), 'can send to one connection'],
            'control' => [fn (Connection $c) => $c->control(), 'can send to one connection'],
            'control, to close' => [fn (Connection $c) => $c->control('8'), 'can disconnect one connection'],
            'disconnect' => [fn (Connection $c) => $c->disconnect(), 'can disconnect one connection'],
            'terminate' => [fn (Connection $c) => $c->terminate(), 'can disconnect one connection'],
            'send, by a channel connection' => [fn (Connection $c) => (new ChannelConnection($c))->send('{}'), 'can send to one connection'],
            'disconnect, by a channel connection' => [
                fn (Connection $c) => (new ChannelConnection($c))->disconnect(), 'can disconnect one connection',
            ],
        ];
    }

    /**
     * @param  Closure(Connection): mixed  $deed
     */
    #[Test]
    #[DataProvider('deeds')]
    public function what_only_the_server_can_do_says_so_elsewhere(Closure $deed, string $message): void
    {
        $this->expectException(NotInServer::class);
        $this->expectExceptionMessage("Only the process of reverb:start {$message}");

        $deed(new Connection('1.2', 'app-id'));
    }

    #[Test]
    public function a_control_frame_that_is_neither_ping_nor_close_is_refused(): void
    {
        $this->expectException(LogicException::class);
        $this->expectExceptionMessage('no control frames of opcode 10, only 9 (ping) and 8 (close)');

        (new Connection('1.2', 'app-id'))->control('10');
    }

    #[Test]
    public function a_channel_connection_has_its_data_and_what_the_connection_has(): void
    {
        $connection = new ChannelConnection(new Connection('1.2', 'app-id'), ['user_id' => 7, 'user_info' => ['name' => 'X']]);

        $this->assertSame(['user_id' => 7, 'user_info' => ['name' => 'X']], $connection->data());
        $this->assertSame('X', $connection->data('user_info.name'));
        $this->assertNull($connection->data('other'));
        $this->assertSame('1.2', $connection->id());
        $this->assertSame('1.2', $connection->connection()->id());
        $this->assertSame('app-id', $connection->app()->id());
        $this->assertNull($connection->origin());
    }

    /**
     * @return array<string, array{string, class-string}>
     */
    public static function names(): array
    {
        return [
            'public' => ['room', Channel::class],
            'almost private' => ['privateer', Channel::class],
            'almost cached' => ['caches', Channel::class],
            'private' => ['private-room', PrivateChannel::class],
            'encrypted' => ['private-encrypted-room', PrivateChannel::class],
            'presence' => ['presence-room', PresenceChannel::class],
            'cache' => ['cache-room', CacheChannel::class],
            'private cache' => ['private-cache-room', PrivateCacheChannel::class],
            'encrypted cache' => ['private-encrypted-cache-room', PrivateCacheChannel::class],
            'presence cache' => ['presence-cache-room', PresenceCacheChannel::class],
        ];
    }

    /**
     * @param  class-string  $class
     */
    #[Test]
    #[DataProvider('names')]
    public function a_channel_is_of_the_class_of_its_name(string $name, string $class): void
    {
        $channel = ChannelBroker::create($name, 'app-id');

        $this->assertSame($class, $channel::class);
        $this->assertSame($name, $channel->name());
        $this->assertSame('app-id', $channel->app()->id());
        $this->assertEquals($channel, unserialize(serialize($channel)));
    }

    /**
     * @return array<string, array{Closure(Channel): mixed, string}>
     */
    public static function unavailable(): array
    {
        $connection = new Connection('1.2', 'app-id');

        return [
            'connections' => [fn (Channel $c) => $c->connections(), "::connections() is not available: the native server has the subscribers. Ask its HTTP API: Broadcast::connection()->getPusher()->get('/channels/presence-room?info=subscription_count')."],
            'find' => [fn (Channel $c) => $c->find($connection), '::find() is not available: the native server has the subscribers. Listen to Reverb\Laravel\Events\ChannelSubscribed'],
            'findById' => [fn (Channel $c) => $c->findById('1.2'), '::findById() is not available'],
            'subscribed' => [fn (Channel $c) => $c->subscribed($connection), '::subscribed() is not available'],
            'subscribe' => [fn (Channel $c) => $c->subscribe($connection), 'Only a client subscribes itself.'],
            'unsubscribe' => [fn (Channel $c) => $c->unsubscribe($connection), 'Only a client unsubscribes itself'],
            'broadcastInternally' => [fn (Channel $c) => $c->broadcastInternally([]), 'use broadcast()'],
            'data' => [fn (Channel $c) => $c->data(), "get('/channels/presence-room/users')"],
        ];
    }

    /**
     * @param  Closure(Channel): mixed  $deed
     */
    #[Test]
    #[DataProvider('unavailable')]
    public function what_needs_the_subscribers_says_where_else_to_ask(Closure $deed, string $message): void
    {
        $this->expectException(BadMethodCallException::class);
        $this->expectExceptionMessage($message);

        $deed(ChannelBroker::create('presence-room', 'app-id'));
    }

    #[Test]
    public function a_channel_without_members_has_no_data(): void
    {
        $this->assertSame([], ChannelBroker::create('room')->data());
    }

    #[Test]
    public function a_channel_that_was_made_without_an_application_says_so(): void
    {
        $this->expectException(LogicException::class);
        $this->expectExceptionMessage('Channel room was made without an application.');

        ChannelBroker::create('room')->app();
    }

    /**
     * @return array<string, array{array<string, mixed>}>
     */
    public static function payloads(): array
    {
        return [
            'no event' => [['data' => []]],
            'an event that is no string' => [['event' => 1]],
            'something else' => [['event' => 'x', 'user_id' => '7']],
            'another channel' => [['event' => 'x', 'channel' => 'other']],
        ];
    }

    /**
     * @param  array<string, mixed>  $payload
     */
    #[Test]
    #[DataProvider('payloads')]
    public function a_payload_that_would_not_arrive_as_it_is_is_refused(array $payload): void
    {
        $this->expectException(InvalidArgumentException::class);
        $this->expectExceptionMessage('A payload for channel room has "event" (a string) and "data", and nothing else: ');

        ChannelBroker::create('room', 'app-id')->broadcast($payload);
    }
}
