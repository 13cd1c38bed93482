<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use App\Reverb\Handlers;
use App\Reverb\QueuedHandler;
use App\Reverb\UniqueHandler;
use Illuminate\Events\CallQueuedListener;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Pusher\PusherCrypto;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\ServerProcess;
use Reverb\Laravel\Tests\Support\TenantTable;
use Reverb\Laravel\Tests\Support\WebSocketClient;

/**
 * Handlers of client events, in a server that has no unix socket, and whose REVERB_PORT is a closed
 * port unless a test says otherwise: what arrives went out in-process.
 */
final class ClientEventsTest extends TestCase
{
    #[Test]
    public function a_handler_answers_the_sender_alone(): void
    {
        $server = self::handling([['client-ask', 'private-{room}', Handlers::class.'@reply']])->start();
        [$sender, $other] = [self::member($server), self::member($server)];

        self::whisper($sender, 'client-ask', ['text' => 'Grüße']);

        $this->assertSame([
            'event' => 'client-ask', 'channel' => 'private-room', 'room' => 'room', 'data' => ['text' => 'Grüße'], 'user' => null,
            'socket' => $sender->socketId, 'app' => 'app-id', 'environment' => 'local',
        ], $sender->receiveData('answer', 'private-room'));
        $this->assertSame(['client-ask'], array_column($other->collect(0.3), 'event'));
        $this->assertSame([], $sender->collect(0.1));
    }

    #[Test]
    public function a_handler_knows_who_it_is_in_a_presence_channel(): void
    {
        $server = self::handling([['client-*', 'presence-chat.{room}', Handlers::class.'@reply']])->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('presence-chat.7', 'app-secret', member: '{"user_id":42,"user_info":{}}');

        self::whisper($client, 'client-ask', [], 'presence-chat.7');

        $answer = $client->receiveData('answer', 'presence-chat.7');
        $this->assertSame(['42', '7'], [$answer['user'], $answer['room']]);
    }

    #[Test]
    public function a_handler_may_be_registered_by_a_provider(): void
    {
        $server = self::handling([], ['TEST_SERVER' => 'answers by a provider'])->start();
        $client = self::member($server);

        self::whisper($client, 'client-ask');

        $this->assertSame(['event' => 'answer', 'data' => 'room', 'channel' => 'private-room'], $client->receive());
    }

    #[Test]
    public function a_handler_gets_the_model_that_the_channel_names(): void
    {
        $table = new TenantTable;
        $table->add('one');
        $installation = self::handling([['client-ask', 'private-{tenant}', Handlers::class.'@tenant']], $table->environment());
        $server = $installation->start();
        $client = self::member($server);
        $client->subscribe('private-1', 'app-secret');
        $client->subscribe('private-2', 'app-secret');

        self::whisper($client, 'client-ask', [], 'private-2');
        self::whisper($client, 'client-ask', [], 'private-1');

        $this->assertSame(['tenant' => 1, 'key' => 'one-key'], $client->receiveData('answer', 'private-1'));
        $this->assertStringNotContainsString('local.ERROR', $installation->log());
    }

    #[Test]
    public function data_that_does_not_satisfy_a_handlers_rules_ends_it_without_a_report(): void
    {
        $installation = self::handling([['client-say', 'private-room', Handlers::class.'@validate']]);
        $server = $installation->start();
        $client = self::member($server);

        self::whisper($client, 'client-say', ['text' => 'too long']);
        self::whisper($client, 'client-say', ['text' => 'short', 'more' => 1]);

        $this->assertSame(['text' => 'short'], $client->receiveData('valid', 'private-room'));
        $this->assertSame('', $installation->log());
    }

    #[Test]
    public function what_a_handler_throws_is_reported_and_the_server_and_other_handlers_go_on(): void
    {
        $installation = self::handling([
            ['client-ask', 'private-room', Handlers::class.'@fail'], ['client-ask', 'private-{room}', Handlers::class.'@reply'],
        ]);
        $server = $installation->start();
        $client = self::member($server);

        self::whisper($client, 'client-ask');
        self::whisper($client, 'client-ask');

        $client->receiveData('answer', 'private-room');
        $client->receiveData('answer', 'private-room');
        $this->assertSame(2, substr_count($installation->log(), 'local.ERROR: The handler threw.'));
        $this->assertTrue($server->running());
    }

    #[Test]
    public function a_client_event_reaches_the_others_while_its_handler_and_those_before_it_still_run(): void
    {
        $server = self::handling([['client-sleep', 'private-room', Handlers::class.'@sleep']])->start();
        [$sender, $other] = [self::member($server), self::member($server)];

        $sent = microtime(true);
        self::whisper($sender, 'client-sleep', ['n' => 1]);
        self::whisper($sender, 'client-sleep', ['n' => 2]);
        $this->assertSame(['client-sleep', 'client-sleep'], [$other->receive()['event'], $other->receive()['event']]);
        $this->assertLessThan(1.5, microtime(true) - $sent);

        $sender->receiveData('answer', 'private-room');
        $this->assertGreaterThan(1.9, microtime(true) - $sent);
        $sender->receiveData('answer', 'private-room');
        $this->assertGreaterThan(3.9, microtime(true) - $sent);
    }

    #[Test]
    public function events_that_find_no_room_while_a_handler_is_slow_are_dropped_counted_and_logged(): void
    {
        $installation = self::handling([['client-sleep', 'private-room', Handlers::class.'@sleepLong']]);
        $server = $installation->start();
        [$sender, $other] = [self::member($server), self::member($server)];

        // The first is being handled when the others come, of which 10,000 may wait.
        self::whisper($sender, 'client-sleep');
        $other->receive();
        usleep(500_000);

        for ($n = 0; $n < 11_000; $n++) {
            self::whisper($sender, 'client-sleep');
        }

        $this->assertCount(11_000, $other->collect(2.0));
        $installation->waitUntil(fn (): bool => str_contains($installation->log(), 'were too slow'), 30);
        $this->assertSame(1, preg_match('/local\.WARNING: .* (\d+) events were dropped, which delayed no client\./', $installation->log(), $found));
        $this->assertSame('1000', $found[1]);
    }

    /**
     * @return array<string, array{string, string}>
     */
    public static function others(): array
    {
        return [
            'ShouldBroadcastNow' => ['toOthers', 'App\Events\Sent'],
            'ShouldBroadcast, on the sync queue' => ['toOthersQueued', 'queued'],
        ];
    }

    #[Test]
    #[DataProvider('others')]
    public function to_others_in_a_handler_leaves_out_the_sender_of_its_event(string $method, string $event): void
    {
        $server = self::handling([
            ['client-others', 'private-room', Handlers::class."@{$method}"], ['client-all', 'private-room', Handlers::class.'@toAll'],
        ])->start();
        [$sender, $other] = [self::member($server), self::member($server)];

        self::whisper($sender, 'client-others');
        self::whisper($sender, 'client-all');

        // Only the second reaches the sender, and both reach the other, who also gets the client events.
        $this->assertSame(['text' => 'all'], $sender->receiveData('App\Events\Sent', 'private-room'));
        $this->assertSame([], $sender->collect(0.2));
        $this->assertSame(
            [$event, 'App\Events\Sent'],
            array_values(array_filter(array_column($other->collect(0.2), 'event'), fn (string $name): bool => ! str_starts_with($name, 'client-')))
        );
    }

    #[Test]
    public function a_handler_broadcasts_to_its_channel(): void
    {
        $server = self::handling([['client-x', 'private-room', Handlers::class.'@channel']])->start();
        [$sender, $other] = [self::member($server), self::member($server)];

        self::whisper($sender, 'client-x');

        $by = ['by' => $sender->socketId];
        $this->assertSame($by, $sender->receiveData('to-all', 'private-room'));
        $this->assertSame($by, self::next('to-all', $other));
        $this->assertSame($by, self::next('to-others', $other));
        $this->assertSame([], $sender->collect(0.2));
    }

    #[Test]
    public function one_event_of_a_handler_reaches_all_its_channels_however_many(): void
    {
        $server = self::handling([['client-x', 'private-room', Handlers::class.'@channels']])->start();
        $client = self::member($server);
        $channels = array_map(fn (int $i): string => "room-{$i}", range(1, 250));
        $client->subscribe('room-1');
        $client->subscribe('room-250');

        self::whisper($client, 'client-x', ['channels' => $channels]);

        $this->assertEqualsCanonicalizing(['room-1', 'room-250'], array_column($client->collect(0.5), 'channel'));
    }

    #[Test]
    public function a_name_that_no_channel_has_is_refused_as_the_sdk_refuses_it(): void
    {
        $installation = self::handling([['client-x', 'private-room', Handlers::class.'@channels']]);
        $server = $installation->start();
        $client = self::member($server);

        self::whisper($client, 'client-x', ['channels' => ['private-room', 'ro om']]);

        $installation->waitUntil(fn (): bool => $installation->log() !== '');
        $this->assertStringContainsString('Pusher\\\\PusherException(code: 0): Invalid channel name ro om', $installation->log());
        $this->assertSame([], $client->collect(0.1));
    }

    #[Test]
    public function a_handler_broadcasts_to_an_encrypted_channel(): void
    {
        $key = base64_encode(random_bytes(32));
        $server = self::handling([['client-x', 'private-room', Handlers::class.'@encrypted']], ['TEST_CONFIG' => json_encode([
            'broadcasting.connections.reverb.options.encryption_master_key_base64' => $key,
        ], JSON_THROW_ON_ERROR)])->start();
        $client = self::member($server);
        $client->subscribe('private-encrypted-room', 'app-secret');

        self::whisper($client, 'client-x');

        $message = $client->receive();
        $decrypted = (new PusherCrypto(PusherCrypto::parse_master_key($key)))->decrypt_event((object) $message);
        $this->assertStringNotContainsString('secret', $message['data']);
        $this->assertSame('secret', json_decode($decrypted->data, true)['text']);
    }

    #[Test]
    public function a_handler_of_one_application_broadcasts_to_another_of_the_server(): void
    {
        $apps = array_map(fn (string $id): array => ['app_id' => $id, 'key' => "{$id}-key", 'secret' => 'app-secret'], ['one', 'two']);
        $server = self::handling([['client-x', 'private-room', Handlers::class.'@otherApplication'], ['client-y', 'private-room', Handlers::class.'@channel']], [
            'REVERB_APP_ID' => 'one', 'REVERB_APP_KEY' => 'one-key', 'TEST_CONFIG' => json_encode([
                'reverb.apps.apps' => $apps,
                'broadcasting.connections.two' => ['driver' => 'reverb', 'key' => 'two-key', 'secret' => 'app-secret', 'app_id' => 'two', 'options' => ['host' => '127.0.0.1', 'port' => 9]],
            ], JSON_THROW_ON_ERROR),
        ])->start();
        [$one, $two] = [self::member($server, 'one'), self::member($server, 'two')];

        self::whisper($one, 'client-x');
        $this->assertSame(['text' => 'hello'], $two->receiveData('from-one', 'private-room'));
        $this->assertSame([], $one->collect(0.2));

        // The channel of an event is that of its own application.
        self::whisper($two, 'client-y');
        $this->assertSame(['by' => $two->socketId], $two->receiveData('to-all', 'private-room'));
        $this->assertSame([], $one->collect(0.2));
    }

    #[Test]
    public function a_handler_learns_how_many_it_has_reached(): void
    {
        $server = self::handling([['client-x', 'private-room', Handlers::class.'@info']])->start();
        [$sender, $other] = [self::member($server), self::member($server)];
        $other->subscribe('presence-room', 'app-secret', member: '{"user_id":42,"user_info":{}}');

        self::whisper($sender, 'client-x');

        $info = $sender->receiveData('info', 'private-room');
        $this->assertSame(2, $info['private-room']['subscription_count']);
        $this->assertSame(1, $info['presence-room']['user_count']);
        $this->assertSame(['client-x', 'counted', 'counted'], array_column($other->collect(0.3), 'event'));
    }

    #[Test]
    public function a_handler_may_ask_its_own_server_over_http(): void
    {
        $port = self::freePort();
        $server = self::handling([['client-x', 'private-room', Handlers::class.'@http']], [
            'REVERB_SERVER_PORT' => $port, 'REVERB_PORT' => $port, 'REVERB_SERVER_THREADS' => '1',
        ])->start();
        $client = self::member($server);

        self::whisper($client, 'client-x');

        $this->assertSame(['channels' => ['private-room']], $client->receiveData('http', 'private-room'));
    }

    #[Test]
    public function handlers_and_timers_may_be_registered_while_the_server_runs(): void
    {
        $server = self::handling([['client-register', 'private-room', Handlers::class.'@registers']])->start();
        $client = self::member($server);

        self::whisper($client, 'client-register');
        $client->receiveData('tick', 'private-room');
        self::whisper($client, 'client-later');

        $this->assertSame(['to' => 'client-later'], $client->receiveData('answer', 'private-room'));
        $this->assertSame([], $client->collect(0.2));
    }

    #[Test]
    public function what_is_scoped_lives_for_one_event(): void
    {
        $server = self::handling([['client-x', 'private-room', Handlers::class.'@leak']])->start();
        $client = self::member($server);

        self::whisper($client, 'client-x');
        self::whisper($client, 'client-x');

        $this->assertSame(['seen' => 1], $client->receiveData('answer', 'private-room'));
        $this->assertSame(['seen' => 1], $client->receiveData('answer', 'private-room'));
    }

    #[Test]
    public function a_queued_handler_runs_in_a_worker(): void
    {
        $installation = self::handling(
            [['client-work', 'presence-{room}', QueuedHandler::class]], ['QUEUE_CONNECTION' => 'database', 'REVERB_SERVER_SOCKET' => null]
        );
        $installation->createTables();
        $server = $installation->start();
        [$sender, $other] = [WebSocketClient::connect($server->port), WebSocketClient::connect($server->port)];
        $sender->subscribe('presence-room', 'app-secret', member: '{"user_id":"u1","user_info":{}}');
        $other->subscribe('presence-room', 'app-secret', member: '{"user_id":"u2","user_info":{}}');

        self::whisper($sender, 'client-work', ['text' => 'hi'], 'presence-room');
        self::whisper($sender, 'client-work', ['skip' => true], 'presence-room');
        self::whisper($sender, 'client-work', ['fail' => true], 'presence-room');
        $installation->waitUntil(fn (): bool => $installation->query('SELECT COUNT(*) FROM jobs WHERE queue = ?', ['client-events'])[0][0] === 2);
        $worker = $installation->artisan(['queue:work', '--queue=client-events', '--stop-when-empty']);
        $worker->mustRun();

        [$first, $refused, $second, $third, $failed] = $installation->events();
        $this->assertSame(
            ['client-work', 'room', ['text' => 'hi'], 'u1', $sender->socketId, 'app-id', 1],
            [$first['event'], $first['room'], $first['data'], $first['user'], $first['socket'], $first['app'], $first['attempt']]
        );
        $this->assertStringContainsString('Only the process of reverb:start can send to one connection', $refused['message']);
        $this->assertSame([1, 2], [$second['attempt'], $third['attempt']]);
        $this->assertSame(['event' => 'failed', 'of' => 'client-work', 'message' => 'The worker threw.'], $failed);

        // By the worker, over the unix socket, and not to whom it answers.
        $this->assertSame('from the handler', self::next('App\Events\Sent', $other)['text']);
        $this->assertNotContains('App\Events\Sent', array_column($sender->collect(0.2), 'event'));
    }

    #[Test]
    public function a_queued_handler_that_is_unique_waits_once_for_all_events_of_its_id(): void
    {
        $installation = self::handling([['client-save', 'private-room', UniqueHandler::class]], ['QUEUE_CONNECTION' => 'database']);
        $installation->createTables();

        // Where Laravel's queued listeners cannot be unique, it is not ignored.
        if (! method_exists(CallQueuedListener::class, 'shouldBeUnique')) {
            $start = $installation->artisan(['reverb:start']);
            $this->assertSame(1, $start->run());
            $this->assertStringContainsString('can be unique from version 12.50 on', $start->getOutput());

            return;
        }

        $server = $installation->start();
        $client = self::member($server);
        $jobs = fn (): int => $installation->query('SELECT COUNT(*) FROM jobs')[0][0];
        $work = fn () => $installation->artisan(['queue:work', '--stop-when-empty'])->mustRun();

        foreach ([['a'], ['a'], ['c', 'production'], ['b']] as $event) {
            self::whisper($client, 'client-save', ['document' => $event[0], 'environment' => $event[1] ?? 'local']);
        }

        $installation->waitUntil(fn (): bool => $jobs() === 2);
        $work();
        self::whisper($client, 'client-save', ['document' => 'a']);
        $installation->waitUntil(fn (): bool => $jobs() === 1);
        $work();

        $this->assertSame(['a', 'b', 'a'], array_column($installation->events(), 'document'));
        $this->assertSame(array_fill(0, 3, 'the handler'), array_column($installation->events(), 'by'));
        $this->assertSame('', $installation->log());
    }

    #[Test]
    public function a_queued_handler_on_the_sync_queue_answers(): void
    {
        $server = self::handling([['client-work', 'private-{room}', QueuedHandler::class]])->start();
        $client = self::member($server);

        self::whisper($client, 'client-work');

        $this->assertSame(['event' => 'answer', 'data' => 'from the handler', 'channel' => 'private-room'], $client->receive());
    }

    #[Test]
    public function a_handler_that_is_not_there_stops_the_start(): void
    {
        $start = self::handling([['client-x', 'private-room', 'App\Reverb\Missing']])->artisan(['reverb:start']);

        $this->assertSame(1, $start->run());
        $this->assertStringContainsString('The handler of client-x: there is no class App\Reverb\Missing.', $start->getOutput());
    }

    #[Test]
    public function a_channel_without_its_prefix_stops_the_start(): void
    {
        $start = self::handling([['client-x', 'room', Handlers::class.'@reply']])->artisan(['reverb:start']);

        $this->assertSame(1, $start->run());
        $this->assertStringContainsString('none matches the channel "room"', preg_replace('/\s+/', ' ', $start->getOutput().$start->getErrorOutput()));
    }

    /**
     * @param  list<array{string, string, string}>  $handlers
     * @param  array<string, ?string>  $environment
     */
    private static function handling(array $handlers, array $environment = []): Installation
    {
        return new Installation(array_filter(
            ['REVERB_SERVER_SOCKET' => 'false', 'TEST_HANDLERS' => json_encode($handlers, JSON_THROW_ON_ERROR), ...$environment], is_string(...)
        ));
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
     * @param  array<string, mixed>  $data
     */
    private static function whisper(WebSocketClient $client, string $event, array $data = [], string $channel = 'private-room'): void
    {
        $client->send(['event' => $event, 'channel' => $channel, 'data' => $data]);
    }

    /**
     * The data of the next such event, whatever comes before it.
     *
     * @return array<string, mixed>
     */
    private static function next(string $event, WebSocketClient $client): array
    {
        while (($message = $client->receive())['event'] !== $event) {
            continue;
        }

        return json_decode($message['data'], true, flags: JSON_THROW_ON_ERROR);
    }

    private static function freePort(): string
    {
        $server = stream_socket_server('tcp://127.0.0.1:0') ?: throw new \RuntimeException('No free port');

        return substr((string) strrchr((string) stream_socket_get_name($server, false), ':'), 1);
    }
}
