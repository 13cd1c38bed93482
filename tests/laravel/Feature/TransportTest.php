<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use App\Reverb\Handlers;
use Illuminate\Broadcasting\BroadcastException;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Exceptions\NotInServer;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\Relay;
use Reverb\Laravel\Tests\Support\WebSocketClient;

/**
 * The setting `transport`. REVERB_PORT is a closed port unless a test says otherwise.
 */
final class TransportTest extends TestCase
{
    private const NO_HTTP = 'cURL error 7';

    #[Test]
    public function http_never_takes_the_socket(): void
    {
        $installation = new Installation(['REVERB_TRANSPORT' => 'http']);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');

        $this->assertFileExists($installation->socket());
        $this->assertStringContainsString(self::NO_HTTP, $installation->broadcast(['now', 'room'])['message'] ?? '');

        $sent = $installation->broadcast(['now', 'room', '--text=second'], ['REVERB_PORT' => (string) $server->port]);

        $this->assertArrayNotHasKey('exception', $sent);
        $this->assertSame('second', $client->receiveData('App\Events\Sent', 'room')['text']);
    }

    #[Test]
    public function http_keeps_one_connection_for_the_events_of_a_process(): void
    {
        $installation = new Installation(['REVERB_TRANSPORT' => 'http']);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');
        $relay = new Relay('tcp://127.0.0.1:0', "tcp://127.0.0.1:{$server->port}", "{$installation->storage}/relayed");

        $sent = $installation->broadcast(['now', 'room', '--times=5', '--every=50'], ['REVERB_PORT' => (string) $relay->port()]);

        $this->assertArrayNotHasKey('exception', $sent);
        $this->assertCount(5, $client->collect(0.3));
        $this->assertSame(5, substr_count($relay->bytes(), 'POST /apps/app-id/events?'));
        $this->assertSame(1, $relay->connections());

        // Another process has another.
        $installation->broadcast(['now', 'room'], ['REVERB_PORT' => (string) $relay->port()]);
        $this->assertSame(2, $relay->connections());
    }

    /**
     * @return array<string, array{string}>
     */
    public static function settings(): array
    {
        return ['auto' => ['auto'], 'socket' => ['socket'], 'http' => ['http']];
    }

    #[Test]
    #[DataProvider('settings')]
    public function what_the_server_broadcasts_itself_never_leaves_it(string $setting): void
    {
        $server = (new Installation(['REVERB_TRANSPORT' => $setting, 'TEST_SERVER' => 'broadcasts from a hook']))->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');

        $this->assertSame('room', $client->receiveData('App\Events\Sent', 'room')['text']);
    }

    /**
     * @return array<string, array{string}>
     */
    public static function settingsWithTheSocket(): array
    {
        return ['auto' => ['auto'], 'socket' => ['socket']];
    }

    #[Test]
    #[DataProvider('settingsWithTheSocket')]
    public function a_child_of_the_servers_process_takes_the_socket(string $setting): void
    {
        $installation = new Installation([
            'REVERB_TRANSPORT' => $setting, 'TEST_HANDLERS' => json_encode([['client-x', 'private-room', Handlers::class.'@forks']], JSON_THROW_ON_ERROR),
        ]);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('private-room', 'app-secret');

        $client->send(['event' => 'client-x', 'channel' => 'private-room', 'data' => []]);

        $this->assertSame('by the child', $client->receiveData('App\Events\Sent', 'private-room')['text']);
        $this->assertSame('by the parent', $client->receiveData('App\Events\Sent', 'private-room')['text']);
        $this->assertSame([NotInServer::class], array_column($installation->events(), 'class'));
        $this->assertSame('', $installation->log());
    }

    #[Test]
    public function socket_takes_the_socket(): void
    {
        $installation = new Installation(['REVERB_TRANSPORT' => 'socket']);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');

        $this->assertArrayNotHasKey('exception', $installation->broadcast(['now', 'room']));
        $this->assertSame('hello', $client->receiveData('App\Events\Sent', 'room')['text']);
    }

    #[Test]
    public function socket_takes_nothing_else_and_says_why_there_is_no_way(): void
    {
        $installation = new Installation(['REVERB_TRANSPORT' => 'socket']);
        $other = $installation->start(environment: ['REVERB_SERVER_SOCKET' => "{$installation->storage}/other.sock"]);
        $client = WebSocketClient::connect($other->port);
        $client->subscribe('room');
        $http = ['REVERB_PORT' => (string) $other->port];

        $this->assertRefused(
            'transport is "socket", which leaves no other way ("auto" does), and cannot connect to the unix socket '
            ."\"{$installation->socket()}\": No such file or directory",
            $installation->broadcast(['now', 'room'], $http),
        );
        $this->assertRefused(
            'The PHP extension "reverb", which is the server, is not loaded. Install it',
            $installation->broadcast(['now', 'room'], $http, extension: false),
        );
        $this->assertRefused(
            'reverb.servers.reverb.transport: "socket" needs the unix socket, and reverb.servers.reverb.socket is false.',
            $installation->broadcast(['now', 'room'], [...$http, 'REVERB_SERVER_SOCKET' => 'false']),
        );
        $this->assertRefused(
            'reverb.servers.reverb.socket: must be an absolute path, null for the default, or false for none, not "reverb.sock".',
            $installation->broadcast(['now', 'room'], [...$http, 'REVERB_SERVER_SOCKET' => 'reverb.sock']),
        );
        $this->assertSame([], $client->collect(0.3));
    }

    #[Test]
    public function socket_sends_what_the_server_refuses_by_no_other_way(): void
    {
        $installation = new Installation(['REVERB_TRANSPORT' => 'socket', 'REVERB_APP_ID' => 'other']);
        $other = $installation->start(environment: ['REVERB_SERVER_SOCKET' => "{$installation->storage}/other.sock"]);
        $server = $installation->start(environment: ['REVERB_APP_ID' => 'app-id']);
        $client = WebSocketClient::connect($other->port);
        $client->subscribe('room');
        $http = ['REVERB_PORT' => (string) $other->port];

        $this->assertSame(
            'Pusher error: No matching application for ID [other]..', $installation->broadcast(['now', 'room'], $http)['message'] ?? null
        );
        $this->assertRefused(
            'an event for encrypted channels needs options.encryption_master_key_base64 of the connection, and a channel of its own.',
            $installation->broadcast(['now', 'private-encrypted-a', 'private-encrypted-b'], $http),
        );
        $this->assertSame([], $client->collect(0.3));
        $this->assertTrue($server->running());
    }

    #[Test]
    public function socket_tries_again_with_each_event(): void
    {
        $installation = new Installation(['REVERB_TRANSPORT' => 'socket']);
        $broadcasts = $installation->artisan(['test:broadcast', 'now', 'room', '--rescue', '--times=40', '--every=100']);
        $broadcasts->start();
        $installation->waitUntil(fn (): bool => str_contains($installation->log(), 'The event was not sent'));

        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');

        $this->assertSame('hello', $client->receiveData('App\Events\Sent', 'room')['text']);
        $this->assertSame(0, $broadcasts->wait());
        // Each that failed was reported, and none of them failed the one who sent it.
        $this->assertCount(40, json_decode($broadcasts->getOutput(), true, flags: JSON_THROW_ON_ERROR)['took']);
    }

    #[Test]
    public function a_server_that_cannot_have_its_socket_does_not_start_where_it_is_the_only_way(): void
    {
        $installation = new Installation;
        mkdir($installation->socket());

        $auto = $installation->start();
        $auto->waitForOutput('WARN');
        $refused = $installation->artisan(['reverb:start'], ['REVERB_TRANSPORT' => 'socket']);
        $refused->run();

        $this->assertSame(1, $refused->getExitCode());
        $this->assertStringContainsString('reverb.servers.reverb.socket: ', $refused->getOutput());
    }

    #[Test]
    public function another_transport_is_no_way_rather_than_a_wrong_one(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');
        $http = ['REVERB_PORT' => (string) $server->port];

        $this->assertRefused(
            'reverb.servers.reverb.transport: must be "auto", "socket", "redis" or "http", not "pigeon".',
            $installation->broadcast(['now', 'room'], [...$http, 'REVERB_TRANSPORT' => 'pigeon']),
        );
        $this->assertSame([], $client->collect(0.3));
    }

    /**
     * @param  array{took: list<int>, exception?: string, message?: string}  $result
     */
    private function assertRefused(string $message, array $result): void
    {
        $this->assertSame(BroadcastException::class, $result['exception'] ?? null);
        $this->assertStringStartsWith('The event was not sent: ', $result['message'] ?? '');
        $this->assertStringContainsString($message, $result['message'] ?? '');
    }
}
