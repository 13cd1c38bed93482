<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use App\Listeners\Answers;
use App\Listeners\QueuedRecorder;
use App\Listeners\Recorder;
use Laravel\Reverb\Events\ChannelCreated;
use Laravel\Reverb\Events\ChannelRemoved;
use Laravel\Reverb\Events\ConnectionPruned;
use Laravel\Reverb\Events\MessageReceived;
use Laravel\Reverb\Events\MessageSent;
use Laravel\Reverb\Protocols\Pusher\Channels\PresenceChannel;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Pusher\PusherCrypto;
use Reverb\Laravel\Events\ChannelSubscribed;
use Reverb\Laravel\Events\ChannelUnsubscribed;
use Reverb\Laravel\Events\ConnectionClosed;
use Reverb\Laravel\Events\ConnectionOpened;
use Reverb\Laravel\Events\MemberAdded;
use Reverb\Laravel\Events\MemberRemoved;
use Reverb\Laravel\Events\ServerStarted;
use Reverb\Laravel\Events\ServerStopping;
use Reverb\Laravel\Exceptions\NotInServer;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\ServerProcess;
use Reverb\Laravel\Tests\Support\WebSocketClient;

/**
 * The server's events and the application's listeners.
 */
final class EventsTest extends TestCase
{
    private const ORIGIN = 'http://localhost';

    #[Test]
    public function the_life_of_a_connection_is_told(): void
    {
        $installation = self::listening([
            ConnectionOpened::class, ChannelCreated::class, ChannelSubscribed::class, MemberAdded::class,
            MessageReceived::class, MemberRemoved::class, ChannelUnsubscribed::class, ChannelRemoved::class, ConnectionClosed::class,
        ]);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $id = $client->socketId;
        $client->subscribe('presence-room', 'app-secret', member: '{"user_id":7,"user_info":{"name":"X"}}');
        $client->close();
        $installation->waitUntil(fn (): bool => in_array(ConnectionClosed::class, array_column($installation->events(), 'event'), true));

        $told = array_column($installation->events(), null, 'event');
        $channel = ['class' => PresenceChannel::class, 'name' => 'presence-room', 'app' => 'app-id'];

        $this->assertSame([
            ConnectionOpened::class, ChannelCreated::class, ChannelSubscribed::class, MemberAdded::class, MessageReceived::class,
        ], array_slice(array_keys($told), 0, 5));
        $this->assertSame(ConnectionClosed::class, array_key_last($told));
        $this->assertCount(9, $told);
        $this->assertSame('127.0.0.1', $told[ConnectionOpened::class]['address']);
        $this->assertSame('7', $told[MemberAdded::class]['userId']);
        $this->assertSame('7', $told[MemberRemoved::class]['userId']);
        $this->assertSame('pusher:subscribe', json_decode($told[MessageReceived::class]['message'], true)['event']);

        foreach ($told as $event => $properties) {
            if (isset($properties['connection'])) {
                $this->assertConnection($id, $properties['connection'], $event);
            }

            if (isset($properties['channel'])) {
                $this->assertSame($channel, $properties['channel'], $event);
            }
        }
    }

    #[Test]
    public function each_frame_to_each_connection_is_told(): void
    {
        $installation = self::listening([MessageSent::class]);
        $server = $installation->start();
        $clients = [WebSocketClient::connect($server->port), WebSocketClient::connect($server->port)];
        array_map(fn (WebSocketClient $client) => $client->subscribe('room'), $clients);
        $installation->broadcast(['now', 'room']);
        $installation->waitUntil(fn (): bool => count($installation->events()) === 6);

        foreach ($clients as $client) {
            $frames = array_filter($installation->events(), fn (array $event): bool => $event['connection']['id'] === $client->socketId);

            $this->assertSame(
                ['pusher:connection_established', 'pusher_internal:subscription_succeeded', 'App\Events\Sent'],
                array_map(fn (array $frame): string => json_decode($frame['message'], true)['event'], array_values($frames))
            );
            $this->assertConnection($client->socketId, reset($frames)['connection'], MessageSent::class);
        }
    }

    #[Test]
    public function a_connection_that_does_not_answer_pings_is_told_when_it_is_pruned(): void
    {
        $installation = self::listening([ConnectionPruned::class], [
            'REVERB_APP_PING_INTERVAL' => '1', 'REVERB_APP_ACTIVITY_TIMEOUT' => '1',
        ]);
        $server = $installation->start();
        $connected = time();
        $client = WebSocketClient::connect($server->port);
        $installation->waitUntil(fn (): bool => $installation->events() !== []);

        [$event] = $installation->events();
        $this->assertSame(ConnectionPruned::class, $event['event']);
        $this->assertSame($client->socketId, $event['connection']['id']);
        $this->assertSame(self::ORIGIN, $event['connection']['origin']);
        $this->assertSame([], $event['connection']['data']);
        $this->assertTrue($event['connection']['stale']);
        $this->assertContains($event['connection']['last_seen'], [$connected, $connected + 1]);
    }

    #[Test]
    public function start_and_stop_are_told(): void
    {
        $installation = self::listening([ServerStarted::class, ServerStopping::class]);
        $server = $installation->start();
        $server->signal(SIGTERM);
        $server->exitStatus();

        $this->assertSame([
            ['event' => ServerStarted::class, 'address' => "127.0.0.1:{$server->port}", 'socket' => $installation->socket()],
            ['event' => ServerStopping::class, 'reason' => 'SIGTERM'],
        ], $installation->events());
    }

    #[Test]
    public function listeners_to_patterns_alone_are_told_nothing(): void
    {
        $installation = self::listening(['*Reverb*Events*']);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');
        $server->signal(SIGTERM);
        $server->exitStatus();

        $this->assertSame(
            ['Reverb\Laravel\Events\ServerStarting', ServerStarted::class, ServerStopping::class],
            array_column($installation->events(), 'event')
        );
    }

    #[Test]
    public function an_event_that_the_configuration_names_is_told_to_listeners_to_patterns_too(): void
    {
        $installation = self::listening(['Laravel\Reverb\*'], [
            'TEST_CONFIG' => json_encode(['reverb.servers.reverb.events' => [ChannelCreated::class]], JSON_THROW_ON_ERROR),
        ]);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');
        $installation->waitUntil(fn (): bool => $installation->events() !== []);
        usleep(200_000);

        $this->assertSame([ChannelCreated::class], array_column($installation->events(), 'event'));
    }

    #[Test]
    public function a_listener_that_comes_when_the_server_starts_is_told(): void
    {
        $installation = new Installation(['TEST_SERVER' => 'listens from the start']);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');
        $installation->waitUntil(fn (): bool => $installation->events() !== []);

        $this->assertSame(['name' => 'room', 'app' => 'app-id'], array_diff_key($installation->events()[0]['channel'], ['class' => 0]));
    }

    #[Test]
    public function a_listener_answers_the_one_connection(): void
    {
        $server = self::answering()->start();
        [$one, $other] = [self::member($server), WebSocketClient::connect($server->port)];

        $one->send(['event' => 'client-who', 'channel' => 'private-room', 'data' => []]);

        $this->assertSame(
            ['event' => 'you-are', 'data' => [$one->socketId, 'app-id', self::ORIGIN]], self::first('you-are', $one)
        );
        $this->assertSame([], $other->collect(0.3));
    }

    #[Test]
    public function a_listener_knows_the_application_of_each_connection(): void
    {
        $apps = array_map(fn (string $id): array => ['app_id' => $id, 'key' => "{$id}-key", 'secret' => 'app-secret'], ['one', 'two']);
        $server = self::answering(['TEST_CONFIG' => json_encode(['reverb.apps.apps' => $apps], JSON_THROW_ON_ERROR)])->start();

        foreach (['one', 'two'] as $id) {
            $client = self::member($server, $id);
            $client->send(['event' => 'client-who', 'channel' => 'private-room', 'data' => []]);

            $this->assertSame($id, self::first('you-are', $client)['data'][1]);
        }
    }

    /**
     * @return array<string, array{string, int}>
     */
    public static function farewells(): array
    {
        return ['disconnect()' => ['client-bye', 1000], 'with a code' => ['client-never', 4009]];
    }

    #[Test]
    #[DataProvider('farewells')]
    public function a_listener_disconnects_the_one_connection(string $event, int $code): void
    {
        $server = self::answering()->start();
        [$one, $other] = [self::member($server), WebSocketClient::connect($server->port)];

        $one->send(['event' => $event, 'channel' => 'private-room', 'data' => []]);

        $this->assertSame($code, $one->waitForClose());
        $other->subscribe('room');
        $this->assertNull($other->closeCode);
    }

    #[Test]
    public function a_listener_pings_in_the_words_of_the_protocol(): void
    {
        $server = self::answering()->start();
        $client = self::member($server);
        $pings = $client->pings;

        $client->send(['event' => 'client-ping', 'channel' => 'private-room', 'data' => []]);
        $client->collect(0.5);

        $this->assertSame($pings + 1, $client->pings);
    }

    #[Test]
    public function a_listener_broadcasts_to_the_channel_of_its_event(): void
    {
        $server = self::answering()->start();
        [$first, $second] = [WebSocketClient::connect($server->port), WebSocketClient::connect($server->port)];
        $first->subscribe('room');
        $second->subscribe('room');

        $this->assertSame(['who' => $second->socketId], $first->receiveData('welcome', 'room'));
        // It may get the first's, who subscribed a moment before it, but not its own.
        $this->assertNotContains(
            $second->socketId, array_map(fn (array $message): string => json_decode($message['data'], true)['who'], $second->collect(0.3))
        );
    }

    #[Test]
    public function a_listener_broadcasts_laravels_events_in_process_to_others_than_the_connection_of_its_event(): void
    {
        $server = self::listening([ChannelSubscribed::class], ['REVERB_SERVER_SOCKET' => 'false'], Answers::class.'@broadcasts')->start();
        [$first, $second] = [WebSocketClient::connect($server->port), WebSocketClient::connect($server->port)];
        $first->subscribe('news');
        $second->subscribe('news');

        $second->subscribe('lobby');

        $this->assertSame(['text' => 'somebody else came'], $first->receiveData('App\Events\Sent', 'news'));
        $this->assertSame([], $second->collect(0.3));
    }

    #[Test]
    public function a_listener_broadcasts_to_an_encrypted_channel(): void
    {
        $key = base64_encode(random_bytes(32));
        $server = self::listening([ChannelSubscribed::class], ['REVERB_SERVER_SOCKET' => 'false', 'TEST_CONFIG' => json_encode([
            'broadcasting.connections.reverb.options.encryption_master_key_base64' => $key,
        ], JSON_THROW_ON_ERROR)], Answers::class.'@broadcasts')->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('private-encrypted-room', 'app-secret');

        $message = (new PusherCrypto(PusherCrypto::parse_master_key($key)))->decrypt_event((object) $client->receive());
        $this->assertSame('a secret', json_decode($message->data, true)['text']);
    }

    #[Test]
    public function what_a_listener_throws_is_reported_and_the_server_goes_on(): void
    {
        $installation = self::answering();
        $server = $installation->start();
        $client = self::member($server);

        $client->send(['event' => 'client-fail', 'channel' => 'private-room', 'data' => []]);
        $client->send(['event' => 'client-who', 'channel' => 'private-room', 'data' => []]);

        self::first('you-are', $client);
        $this->assertSame(1, substr_count($installation->log(), 'local.ERROR: The listener threw.'));
        $this->assertTrue($server->running());
    }

    #[Test]
    public function a_slow_listener_delays_no_message(): void
    {
        $installation = self::answering();
        $server = $installation->start();
        $client = self::member($server);
        $client->send(['event' => 'client-slow', 'channel' => 'private-room', 'data' => []]);
        usleep(200_000);

        $sent = microtime(true);
        $installation->broadcast(['now', 'private-room']);
        $client->receiveData('App\Events\Sent', 'private-room');
        $client->send(['event' => 'client-who', 'channel' => 'private-room', 'data' => []]);
        $this->assertLessThan(1.5, microtime(true) - $sent);

        // It still sleeps; then it answers.
        self::first('you-are', $client);
        $this->assertGreaterThan(1.5, microtime(true) - $sent);
    }

    #[Test]
    public function queued_listeners_get_their_events_and_send_where_it_can_be_done(): void
    {
        $installation = self::listening([MessageReceived::class, ChannelSubscribed::class, ConnectionPruned::class], [
            'QUEUE_CONNECTION' => 'database',
        ], QueuedRecorder::class);
        $installation->createTables();
        $server = $installation->start();
        [$sender, $other] = [WebSocketClient::connect($server->port), WebSocketClient::connect($server->port)];
        $other->subscribe('room');
        $sender->subscribe('room');

        $work = $installation->artisan(['queue:work', '--stop-when-empty'], ['REVERB_PORT' => (string) $server->port]);
        $installation->waitUntil(function () use ($installation, $work): bool {
            $work->mustRun();

            return count($installation->events()) >= 6;
        });

        $events = array_values(array_filter($installation->events(), fn (array $event): bool => ($event['connection']['id'] ?? '') === $sender->socketId));
        $this->assertEqualsCanonicalizing([ChannelSubscribed::class, MessageReceived::class], array_column($events, 'event'));
        $this->assertConnection($sender->socketId, $events[0]['connection'], $events[0]['event']);

        $refused = array_column($installation->events(), 'message', 'class')[NotInServer::class];
        $this->assertStringContainsString('Only the process of reverb:start can send to one connection', $refused);
        $this->assertSame(['to' => 'others'], $other->receiveData('from-worker', 'room'));
    }

    #[Test]
    public function what_is_scoped_and_the_context_of_the_log_live_for_one_event(): void
    {
        $installation = self::listening([ConnectionOpened::class], [], Answers::class.'@remembers');
        $server = $installation->start();
        WebSocketClient::connect($server->port);
        WebSocketClient::connect($server->port);

        $installation->waitUntil(fn (): bool => count($installation->events()) === 2);
        $this->assertSame([[1, true, 1], [1, true, 1]], array_column($installation->events(), 'seen'));
    }

    #[Test]
    public function events_that_found_no_room_are_counted_and_logged(): void
    {
        $installation = self::listening([MessageSent::class], [], Answers::class.'@slowly');
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');

        $installation->broadcast(['now', 'room', '--times=11000']);
        touch("{$installation->storage}/sent");

        $this->assertCount(11_000, $client->collect(1.0));
        $installation->waitUntil(fn (): bool => str_contains($installation->log(), 'were too slow'), 30);
        $this->assertMatchesRegularExpression('/local\.WARNING: .* (\d+) events were dropped, which delayed no client\./', $installation->log());
    }

    /**
     * @param  list<string>  $events
     * @param  array<string, string>  $environment
     */
    private static function listening(array $events, array $environment = [], string $listener = Recorder::class): Installation
    {
        return new Installation(['TEST_LISTENERS' => json_encode([[$listener, $events]], JSON_THROW_ON_ERROR), ...$environment]);
    }

    /**
     * @param  array<string, string>  $environment
     */
    private static function answering(array $environment = []): Installation
    {
        return new Installation(['TEST_LISTENERS' => json_encode([
            [Answers::class.'@received', [MessageReceived::class]], [Answers::class.'@subscribed', [ChannelSubscribed::class]],
        ], JSON_THROW_ON_ERROR), ...$environment]);
    }

    /**
     * A client that may send client events to private-room.
     */
    private static function member(ServerProcess $server, string $app = 'app'): WebSocketClient
    {
        $client = WebSocketClient::connect($server->port, "{$app}-key");
        $client->subscribe('private-room', 'app-secret', "{$app}-key");

        return $client;
    }

    /**
     * The next such event, whatever comes before it.
     *
     * @return array<string, mixed>
     */
    private static function first(string $event, WebSocketClient $client): array
    {
        while (($message = $client->receive())['event'] !== $event) {
            continue;
        }

        return $message;
    }

    /**
     * @param  array<string, mixed>  $connection
     */
    private function assertConnection(string $id, array $connection, string $event): void
    {
        $this->assertSame(
            ['id' => $id, 'app' => 'app-id', 'origin' => self::ORIGIN, 'stale' => false],
            array_intersect_key($connection, array_flip(['id', 'app', 'origin', 'stale'])),
            $event
        );
        $this->assertEqualsWithDelta(time(), $connection['last_seen'], 10, $event);
    }
}
