<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use Illuminate\Broadcasting\AnonymousEvent;
use Illuminate\Broadcasting\BroadcastException;
use Illuminate\Contracts\Broadcasting\ShouldRescue;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Pusher\Pusher;
use Pusher\PusherCrypto;
use Reverb\Laravel\Broadcasting\PublishingWay;
use Reverb\Laravel\Broadcasting\ReverbBroadcaster;
use Reverb\Laravel\Broadcasting\Transport;
use Reverb\Laravel\Native\Extension;
use Reverb\Laravel\Native\RunningServer;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\Relay;
use Reverb\Laravel\Tests\Support\ServerProcess;
use Reverb\Laravel\Tests\Support\WebSocketClient;

/**
 * Laravel's events on their way to clients. Unless a test says otherwise REVERB_PORT is a closed
 * port, so whatever arrives went another way than HTTP.
 */
final class BroadcastTest extends TestCase
{
    /**
     * @return array<string, array{string, string}>
     */
    public static function events(): array
    {
        return [
            'ShouldBroadcastNow' => ['now', 'App\Events\Sent'],
            'ShouldBroadcast, on the sync queue' => ['queued', 'queued'],
            // Since Laravel 11.
            ...(class_exists(AnonymousEvent::class) ? ['an anonymous event' => ['anonymous', 'anonymous']] : []),
        ];
    }

    #[Test]
    #[DataProvider('events')]
    public function events_go_over_the_unix_socket(string $how, string $event): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');

        $this->assertSent($installation->broadcast([$how, 'room', '--text=Grüße, "Welt"']));
        $this->assertSame('Grüße, "Welt"', $client->receiveData($event, 'room')['text']);
    }

    #[Test]
    #[DataProvider('events')]
    public function events_go_over_http_where_there_is_no_socket(string $how, string $event): void
    {
        $installation = new Installation(['REVERB_SERVER_SOCKET' => 'false']);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');

        $this->assertSent($installation->broadcast([$how, 'room'], ['REVERB_PORT' => (string) $server->port]));
        $this->assertSame('hello', $client->receiveData($event, 'room')['text']);
    }

    /**
     * @return array<string, array{string}>
     */
    public static function prefixes(): array
    {
        return ['with slashes' => ['/ws/'], 'with one' => ['/ws'], 'without' => ['ws']];
    }

    #[Test]
    #[DataProvider('prefixes')]
    public function events_over_http_find_a_server_with_a_prefix_however_it_is_written(string $prefix): void
    {
        $installation = new Installation([
            'REVERB_SERVER_SOCKET' => 'false',
            'REVERB_SERVER_PATH' => $prefix,
            'TEST_CONFIG' => json_encode(['broadcasting.connections.reverb.options.path' => $prefix], JSON_THROW_ON_ERROR),
        ]);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port, prefix: '/ws');
        $client->subscribe('room');

        $this->assertSent($installation->broadcast(['now', 'room'], ['REVERB_PORT' => (string) $server->port]));
        $this->assertSame('hello', $client->receiveData('App\Events\Sent', 'room')['text']);
    }

    #[Test]
    public function without_the_extension_events_go_over_http(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');

        $this->assertSent($installation->broadcast(['now', 'room'], ['REVERB_PORT' => (string) $server->port], extension: false));
        $this->assertSame('hello', $client->receiveData('App\Events\Sent', 'room')['text']);
    }

    #[Test]
    public function where_the_server_cannot_be_reached_at_all_the_exception_is_that_of_http(): void
    {
        $result = (new Installation)->broadcast(['now', 'room']);

        $this->assertSame('Illuminate\Broadcasting\BroadcastException', $result['exception'] ?? null);
        $this->assertStringContainsString('Pusher error: cURL error 7', $result['message'] ?? '');
    }

    #[Test]
    public function to_others_leaves_out_the_sender(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        [$sender, $other] = [WebSocketClient::connect($server->port), WebSocketClient::connect($server->port)];
        $sender->subscribe('room');
        $other->subscribe('room');

        $this->assertSent($installation->broadcast(['others', 'room', "--except={$sender->socketId}"]));

        $this->assertSame('hello', $other->receiveData('App\Events\Sent', 'room')['text']);
        $this->assertSame([], $sender->collect(0.3));
    }

    #[Test]
    public function the_socket_id_is_no_part_of_the_data(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');

        $this->assertSent($installation->broadcast(['others', 'room', '--except=1.2']));
        $this->assertSame(['text' => 'hello'], $client->receiveData('App\Events\Sent', 'room'));
    }

    #[Test]
    public function one_event_reaches_all_its_channels_however_many(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $channels = array_map(fn (int $i): string => "room-{$i}", range(1, 250));

        foreach ([$channels[0], $channels[124], $channels[249]] as $channel) {
            $client->subscribe($channel);
        }

        $this->assertSent($installation->broadcast(['now', ...$channels]));
        $this->assertEqualsCanonicalizing(
            ['room-1', 'room-125', 'room-250'], array_column($client->collect(0.5), 'channel')
        );
    }

    #[Test]
    public function an_event_for_500_channels_is_one_request_over_the_socket(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        array_map($client->subscribe(...), ['room-1', 'room-250', 'room-500']);
        $relay = new Relay("unix://{$installation->storage}/relay.sock", "unix://{$installation->socket()}", "{$installation->storage}/relayed");

        $this->assertSent($installation->broadcast(
            ['now', ...self::rooms(500)], ['REVERB_SERVER_SOCKET' => "{$installation->storage}/relay.sock"]
        ));

        $this->assertEqualsCanonicalizing(['room-1', 'room-250', 'room-500'], array_column($client->collect(0.5), 'channel'));
        $this->assertCount(1, $relay->frames());
    }

    #[Test]
    public function an_event_for_500_channels_is_five_requests_over_http(): void
    {
        $installation = new Installation(['REVERB_MAX_REQUEST_SIZE' => '100000']);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        array_map($client->subscribe(...), ['room-1', 'room-250', 'room-500']);
        $relay = new Relay('tcp://127.0.0.1:0', "tcp://127.0.0.1:{$server->port}", "{$installation->storage}/relayed");

        $this->assertSent($installation->broadcast(
            ['now', ...self::rooms(500)], ['REVERB_SERVER_SOCKET' => 'false', 'REVERB_PORT' => (string) $relay->port()]
        ));

        $this->assertEqualsCanonicalizing(['room-1', 'room-250', 'room-500'], array_column($client->collect(0.5), 'channel'));
        $this->assertSame(5, substr_count($relay->bytes(), 'POST /apps/app-id/events?'));
    }

    /**
     * A frame holds 16 MiB: 82,000 names of 200 bytes fit, with 2 bytes each for their length, and
     * 83,100 do not.
     */
    #[Test]
    public function the_frame_is_the_only_limit_of_an_events_channels(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $long = static fn (int $i): string => str_pad((string) $i, 200, '-', STR_PAD_LEFT);
        array_map($client->subscribe(...), [$long(1), $long(82_000)]);
        $broadcaster = self::broadcaster($installation->socket());

        $broadcaster->broadcast(array_map($long, range(1, 82_000)), 'event');

        $this->assertEqualsCanonicalizing([$long(1), $long(82_000)], array_column($client->collect(1), 'channel'));

        try {
            $broadcaster->broadcast(array_map($long, range(1, 83_100)), 'event');
            $this->fail('It was sent');
        } catch (BroadcastException $e) {
            $this->assertMatchesRegularExpression(
                '/\APusher error: the event takes \d+ bytes, more than the 16777216 of one message\.\z/', $e->getMessage()
            );
        }

        $broadcaster->broadcast([$long(1)], 'event');
        $this->assertSame([$long(1)], array_column($client->collect(0.5), 'channel'));
    }

    #[Test]
    #[DataProvider('ways')]
    public function an_event_that_should_be_rescued_is_reported_and_throws_nothing(string $way): void
    {
        if (! interface_exists(ShouldRescue::class)) {
            $this->markTestSkipped('This Laravel has no ShouldRescue.');
        }

        $installation = new Installation;
        $server = $installation->start();
        $environment = self::environment($way, $server);
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');

        $this->assertSent($installation->broadcast(['rescued', str_repeat('a', 201)], $environment));
        $this->assertStringContainsString('local.ERROR: Pusher error: ', $installation->log());
        $this->assertStringContainsString('BroadcastException', $installation->log());

        $this->assertSent($installation->broadcast(['rescued', 'room'], $environment));
        $this->assertSame('hello', $client->receiveData('App\Events\Rescued', 'room')['text']);
    }

    #[Test]
    public function a_refusal_is_an_exception_with_the_servers_words(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $name = str_repeat('a', 201);

        $this->assertSame([
            'exception' => BroadcastException::class,
            'message' => "Pusher error: The channel name \"{$name}\" is not valid: 1 to 200 of A-Z a-z 0-9 _ - = @ , . ; are..",
            'took' => [],
        ], $installation->broadcast(['now', $name]));
        $this->assertTrue($server->running());
    }

    #[Test]
    public function order_is_kept_and_nothing_lost_or_doubled(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('private-room', 'app-secret');

        foreach (range(1, 3) as $round) {
            $this->assertSent($installation->broadcast(['now', 'private-room', "--text={$round}", '--times=200']));
        }

        $texts = array_map(
            fn (array $message): string => json_decode($message['data'], true)['text'], $client->collect(1)
        );
        $this->assertSame([...array_fill(0, 200, '1'), ...array_fill(0, 200, '2'), ...array_fill(0, 200, '3')], $texts);
    }

    #[Test]
    #[DataProvider('ways')]
    public function an_encrypted_channel_gets_what_its_key_opens(string $way): void
    {
        $key = base64_encode(random_bytes(32));
        $installation = new Installation(['TEST_CONFIG' => json_encode([
            'broadcasting.connections.reverb.options.encryption_master_key_base64' => $key,
        ], JSON_THROW_ON_ERROR)]);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('private-encrypted-room', 'app-secret');

        $this->assertSent($installation->broadcast(['now', 'private-encrypted-room'], self::environment($way, $server)));

        $message = $client->receive();
        $decrypted = (new PusherCrypto(PusherCrypto::parse_master_key($key)))->decrypt_event((object) $message);
        $this->assertStringNotContainsString('hello', $message['data']);
        $this->assertSame('hello', json_decode($decrypted->data, true)['text']);
    }

    /**
     * @return array<string, array{string, string, list<string>}>
     */
    public static function rejected(): array
    {
        return [
            'a channel name' => ['Pusher\PusherException', 'Invalid channel name ro om', ['now', 'ro om']],
            'one of several' => ['Pusher\PusherException', 'Invalid channel name ', ['now', 'room', '']],
            'a socket id' => ['Pusher\PusherException', 'Invalid socket ID 1', ['others', 'room', '--except=1']],
            'data that is no UTF-8' => ['Pusher\PusherException', 'Data encoding error.', ['now', 'room', "--text=\xff"]],
            'encrypted and plain channels together' => [
                'Pusher\PusherException', 'You cannot trigger to encrypted and non-encrypted channels at the same time',
                ['now', 'room', 'private-encrypted-room'],
            ],
            'a name that is too long, by the server' => [
                'Illuminate\Broadcasting\BroadcastException', 'Pusher error: ', ['now', str_repeat('a', 201)],
            ],
        ];
    }

    /**
     * @param  class-string  $exception
     * @param  list<string>  $arguments
     */
    #[Test]
    #[DataProvider('rejected')]
    public function what_is_refused_is_refused_the_same_way_over_the_socket_and_over_http(string $exception, string $message, array $arguments): void
    {
        $installation = new Installation;
        $server = $installation->start();

        $socket = $installation->broadcast($arguments);
        $http = $installation->broadcast($arguments, self::environment('http', $server));

        $this->assertSame($exception, $socket['exception'] ?? null);
        $this->assertStringStartsWith($message, $socket['message'] ?? '');
        $this->assertSame($http, $socket);
    }

    #[Test]
    public function an_application_that_the_server_of_this_host_does_not_serve_is_published_over_http(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $elsewhere = new Installation(['REVERB_APP_ID' => 'other']);
        $other = $elsewhere->start();
        $client = WebSocketClient::connect($other->port);
        $client->subscribe('room');

        $this->assertTrue($server->running());
        $this->assertSent($installation->broadcast(
            ['now', 'room'],
            ['REVERB_APP_ID' => 'other', 'REVERB_PORT' => (string) $other->port],
        ));
        $this->assertSame('hello', $client->receiveData('App\Events\Sent', 'room')['text']);
    }

    #[Test]
    public function an_application_that_no_server_knows_is_refused_with_its_words(): void
    {
        $installation = new Installation;
        $server = $installation->start();

        $this->assertSame([
            'exception' => 'Illuminate\Broadcasting\BroadcastException',
            'message' => 'Pusher error: No matching application for ID [other]..',
            'took' => [],
        ], $installation->broadcast(['now', 'room'], ['REVERB_APP_ID' => 'other', 'REVERB_PORT' => (string) $server->port]));
    }

    /**
     * @return array<string, array{string, string}>
     */
    public static function behaviours(): array
    {
        return [
            'a timer' => ['broadcasts from a timer', 'ticks'],
            'a hook' => ['broadcasts from a hook', 'room'],
        ];
    }

    #[Test]
    #[DataProvider('behaviours')]
    public function code_in_the_server_broadcasts_without_socket_and_without_http(string $behaviour, string $channel): void
    {
        $server = (new Installation(['TEST_SERVER' => $behaviour, 'REVERB_SERVER_SOCKET' => 'false']))->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe($channel);

        $this->assertSame(
            $channel === 'ticks' ? 'tick' : $channel, $client->receiveData('App\Events\Sent', $channel)['text']
        );
    }

    #[Test]
    public function a_refused_permission_is_logged_once_and_http_serves(): void
    {
        $installation = new Installation(['REVERB_SERVER_SOCKET_MODE' => '0000']);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');
        $installation->share();

        // Over more than a second: the socket is tried more than once.
        $result = $installation->broadcast(
            ['now', 'room', '--times=3', '--every=700'], ['REVERB_PORT' => (string) $server->port], prefix: Installation::stranger()
        );

        $this->assertSent($result);
        $this->assertCount(3, $client->collect(0.5));
        $this->assertRefusedOnce($installation);
    }

    #[Test]
    public function workers_that_forget_their_variables_log_a_refused_permission_once_too(): void
    {
        $installation = new Installation(['REVERB_SERVER_SOCKET_MODE' => '0000']);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');
        $installation->share();
        $port = self::freePort();
        $web = $installation->web($port, ['REVERB_PORT' => (string) $server->port], Installation::stranger());
        $web->start();
        $web->waitUntil(fn (): bool => str_contains($web->getErrorOutput(), 'started'));

        foreach (range(1, 3) as $request) {
            $this->assertSame('sent', file_get_contents("http://127.0.0.1:{$port}/to-others/room"));
        }

        $this->assertCount(3, $client->collect(0.5));
        $this->assertRefusedOnce($installation);
        $web->stop(0);
    }

    #[Test]
    public function to_others_knows_the_sender_by_the_header_of_its_request(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        [$sender, $other] = [WebSocketClient::connect($server->port), WebSocketClient::connect($server->port)];
        $sender->subscribe('room');
        $other->subscribe('room');
        $port = self::freePort();
        $web = $installation->web($port);
        $web->start();
        $web->waitUntil(fn (): bool => str_contains($web->getErrorOutput(), 'started'));

        $this->assertSame('sent', file_get_contents("http://127.0.0.1:{$port}/to-others/room", context: stream_context_create([
            'http' => ['header' => "X-Socket-ID: {$sender->socketId}"],
        ])));

        $this->assertSame('hello', $other->receiveData('App\Events\Sent', 'room')['text']);
        $this->assertSame([], $sender->collect(0.3));
        $web->stop(0);
    }

    #[Test]
    public function a_server_that_comes_up_is_noticed(): void
    {
        $installation = new Installation;
        $other = $installation->start(environment: ['REVERB_SERVER_SOCKET' => 'false']);

        $broadcasts = $installation->artisan(
            ['test:broadcast', 'now', 'room', '--times=30', '--every=100'], ['REVERB_PORT' => (string) $other->port]
        );
        $broadcasts->start();

        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');

        $this->assertSame('hello', $client->receiveData('App\Events\Sent', 'room')['text']);
        $broadcasts->wait();
        $this->assertSent(json_decode($broadcasts->getOutput(), true, flags: JSON_THROW_ON_ERROR));
    }

    #[Test]
    public function a_server_that_goes_leaves_http(): void
    {
        $installation = new Installation;
        $other = $installation->start(environment: ['REVERB_SERVER_SOCKET' => 'false']);
        $client = WebSocketClient::connect($other->port);
        $client->subscribe('room');
        $server = $installation->start();

        $broadcasts = $installation->artisan(
            ['test:broadcast', 'now', 'room', '--times=20', '--every=100'], ['REVERB_PORT' => (string) $other->port]
        );
        $broadcasts->start();
        usleep(700_000);
        $server->signal(SIGTERM);
        $server->exitStatus();

        $this->assertSame('hello', $client->receiveData('App\Events\Sent', 'room')['text']);
        $broadcasts->wait();
    }

    /**
     * @return array<string, array{string}>
     */
    public static function ways(): array
    {
        return ['over the socket' => ['socket'], 'over HTTP' => ['http']];
    }

    /**
     * @return list<string>
     */
    private static function rooms(int $count): array
    {
        return array_map(static fn (int $i): string => "room-{$i}", range(1, $count));
    }

    /**
     * In this process: what a command line can take is too short for some events.
     */
    private static function broadcaster(string $socket): ReverbBroadcaster
    {
        return new ReverbBroadcaster(
            new Pusher('app-key', 'app-secret', 'app-id', ['host' => '127.0.0.1', 'port' => 9, 'useTLS' => false]),
            new Transport(new RunningServer, Extension::loaded(), new PublishingWay($socket)),
            [],
        );
    }

    /**
     * @return array<string, string>
     */
    private static function environment(string $way, ServerProcess $server): array
    {
        return match ($way) {
            'http' => ['REVERB_PORT' => (string) $server->port, 'REVERB_SERVER_SOCKET' => 'false'],
            'socket' => [],
        };
    }

    /**
     * @param  array{took: list<int>, exception?: string, message?: string}  $result
     */
    private function assertSent(array $result): void
    {
        $this->assertArrayNotHasKey('exception', $result, $result['message'] ?? '');
        $this->assertNotSame([], $result['took']);
    }

    private function assertRefusedOnce(Installation $installation): void
    {
        $this->assertSame(1, substr_count($installation->log(), "local.WARNING: This process may not open the Reverb server's socket"));
        $this->assertSame(1, substr_count($installation->log(), 'local.'));
    }

    private static function freePort(): int
    {
        $server = stream_socket_server('tcp://127.0.0.1:0') ?: throw new \RuntimeException('No free port');

        return (int) substr((string) strrchr((string) stream_socket_get_name($server, false), ':'), 1);
    }
}
