<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use Illuminate\Broadcasting\BroadcastException;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Pusher\PusherCrypto;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\RedisListener;
use Reverb\Laravel\Tests\Support\RedisServer;
use Reverb\Laravel\Tests\Support\TestCertificate;
use Reverb\Laravel\Tests\Support\WebSocketClient;

/**
 * Publishing by Redis, from a host without a server. REVERB_PORT is a closed port unless a test says
 * otherwise.
 */
final class RedisTransportTest extends TestCase
{
    private const NO_HTTP = 'cURL error 7';

    private const NO_OTHER_WAY = 'The event was not sent: reverb.servers.reverb.transport is "redis", which leaves no other way ("auto" does), and ';

    #[Test]
    public function redis_gets_each_event_and_never_a_secret(): void
    {
        $redis = new RedisServer;
        $listener = new RedisListener($redis->port);
        $installation = self::installation($redis, ['REVERB_SCALING_PREFIX' => 'live:', 'REVERB_SCALING_CHANNEL' => 'chat']);

        $this->assertArrayNotHasKey('exception', $installation->broadcast(['others', 'room', 'private-room', '--except=12.34']));

        foreach (['room', 'private-room'] as $channel) {
            [$name, $message] = $listener->next();
            $this->assertMatchesRegularExpression('/^live:chat:\{app-id:\d+\}$/', $name);
            $this->assertStringContainsString(pack('VV', 12, 34), $message);
            $this->assertStringNotContainsString('app-key', $message);
            $this->assertStringNotContainsString('app-secret', $message);
            $event = json_decode(substr($message, (int) strpos($message, '{"event"')), true, flags: JSON_THROW_ON_ERROR);
            $this->assertSame(['App\Events\Sent', $channel], [$event['event'], $event['channel']]);
            $this->assertSame('hello', json_decode($event['data'], true)['text']);
        }
    }

    #[Test]
    public function an_encrypted_channel_gets_what_its_key_opens(): void
    {
        $key = base64_encode(random_bytes(32));
        $redis = new RedisServer;
        $listener = new RedisListener($redis->port);
        $installation = self::installation($redis, ['TEST_CONFIG' => json_encode([
            'broadcasting.connections.reverb.options.encryption_master_key_base64' => $key,
        ], JSON_THROW_ON_ERROR)]);

        $this->assertArrayNotHasKey('exception', $installation->broadcast(['now', 'private-encrypted-room']));

        $event = $listener->nextEvent();
        $this->assertStringNotContainsString('hello', $event['data']);
        $decrypted = (new PusherCrypto(PusherCrypto::parse_master_key($key)))->decrypt_event((object) $event);
        $this->assertSame('hello', json_decode($decrypted->data, true)['text']);
    }

    #[Test]
    public function auto_takes_redis_where_no_server_has_its_socket_and_http_where_there_is_neither(): void
    {
        $redis = new RedisServer;
        $listener = new RedisListener($redis->port);
        $installation = new Installation;

        // By the socket, while it is there.
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');
        $this->assertArrayNotHasKey('exception', $installation->broadcast(['now', 'room'], $redis->scaling()));
        $this->assertSame('hello', $client->receiveData('App\Events\Sent', 'room')['text']);
        $this->assertTrue($listener->isSilent());
        $client->close();
        $server->signal(SIGTERM);
        $this->assertSame(0, $server->exitStatus());

        $this->assertArrayNotHasKey('exception', $installation->broadcast(['now', 'room'], $redis->scaling()));
        $this->assertSame('room', $listener->nextEvent()['channel']);

        // Without scaling nobody listens there.
        $this->assertStringContainsString(self::NO_HTTP, $installation->broadcast(['now', 'room'], $redis->environment())['message'] ?? '');
        $this->assertTrue($listener->isSilent());

        $redis->stop();
        $this->assertStringContainsString(self::NO_HTTP, $installation->broadcast(['now', 'room'], $redis->scaling())['message'] ?? '');
    }

    #[Test]
    public function a_server_that_comes_up_later_is_found_and_redis_serves_when_it_goes(): void
    {
        $redis = new RedisServer;
        $listener = new RedisListener($redis->port);
        $installation = new Installation;
        $broadcasts = $installation->artisan(['test:broadcast', 'now', 'room', '--rescue', '--times=60', '--every=100'], $redis->scaling());
        $broadcasts->start();
        $this->assertSame('room', $listener->nextEvent()['channel']);

        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');
        $this->assertSame('hello', $client->receiveData('App\Events\Sent', 'room')['text']);

        while (! $listener->isSilent()) {
            $listener->next();
        }

        $server->signal(SIGTERM);
        $this->assertSame('App\Events\Sent', $listener->nextEvent()['event']);
        // While the server ends, one may fail: it was reported.
        $this->assertSame(0, $broadcasts->wait());
        $this->assertCount(60, json_decode($broadcasts->getOutput(), true, flags: JSON_THROW_ON_ERROR)['took']);
    }

    #[Test]
    public function redis_takes_nothing_else_and_has_its_say_when_it_refuses(): void
    {
        $redis = new RedisServer(['--requirepass', 's3cret']);
        $installation = self::installation($redis);
        $server = (new Installation)->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');
        $http = ['REVERB_PORT' => (string) $server->port];
        $name = "Redis at 127.0.0.1:{$redis->port}";

        $this->assertRefused(self::NO_OTHER_WAY."{$name} refuses: NOAUTH Authentication required.", $installation->broadcast(['now', 'room'], $http));
        $wrong = $installation->broadcast(['now', 'room'], [...$http, 'REDIS_PASSWORD' => 'hunter2']);
        $this->assertRefused(self::NO_OTHER_WAY."{$name} refuses: WRONGPASS ", $wrong);
        $this->assertStringNotContainsString('hunter2', $wrong['message'] ?? '');

        $this->assertArrayNotHasKey('exception', $installation->broadcast(['now', 'room'], [...$http, 'REDIS_PASSWORD' => 's3cret']));

        $redis->stop();
        $this->assertRefused(
            self::NO_OTHER_WAY."{$name} cannot be reached: Connection refused. Check scaling.server.host and scaling.server.port.",
            $installation->broadcast(['now', 'room'], $http),
        );
        $this->assertRefused(
            'The event was not sent: reverb.servers.reverb.transport: "redis" is the way to servers that share Redis, and '
            .'reverb.servers.reverb.scaling.enabled is false.',
            $installation->broadcast(['now', 'room'], [...$http, 'REVERB_SCALING_ENABLED' => 'false']),
        );
        $this->assertRefused(
            'The event was not sent: reverb.servers.reverb.scaling.server.port: must be a whole number from 1 to 65535, not "redis".',
            $installation->broadcast(['now', 'room'], [...$http, 'REDIS_PORT' => 'redis']),
        );
        $this->assertRefused(
            'The event was not sent: The PHP extension "reverb", which is the server, is not loaded.',
            $installation->broadcast(['now', 'room'], $http, extension: false),
        );
        $this->assertSame([], $client->collect(0.3));
    }

    #[Test]
    public function redis_is_tried_again_with_each_event(): void
    {
        $redis = new RedisServer;
        $redis->stop();
        $installation = self::installation($redis);
        $broadcasts = $installation->artisan(['test:broadcast', 'now', 'room', '--rescue', '--times=40', '--every=100']);
        $broadcasts->start();
        $installation->waitUntil(fn (): bool => str_contains($installation->log(), 'Connection refused'));

        $redis->start();

        $this->assertSame('App\Events\Sent', (new RedisListener($redis->port))->nextEvent()['event']);
        $this->assertSame(0, $broadcasts->wait());
        // Each that failed was reported, and none of them failed the one who sent it.
        $this->assertCount(40, json_decode($broadcasts->getOutput(), true, flags: JSON_THROW_ON_ERROR)['took']);
    }

    #[Test]
    public function an_application_that_the_servers_do_not_have_is_refused(): void
    {
        $redis = new RedisServer;
        $listener = new RedisListener($redis->port);
        $other = ['TEST_CONFIG' => '{"broadcasting.connections.reverb.app_id": "other"}'];

        $this->assertSame(
            'Pusher error: No matching application for ID [other]..',
            self::installation($redis, $other)->broadcast(['now', 'room'])['message'] ?? null,
        );
        $this->assertStringContainsString(
            self::NO_HTTP, (new Installation([...$redis->scaling(), ...$other]))->broadcast(['now', 'room'])['message'] ?? ''
        );
        $this->assertTrue($listener->isSilent());
    }

    #[Test]
    public function tls_is_spoken_to_whom_the_certificate_names(): void
    {
        $certificate = TestCertificate::create(passphrase: '');
        $port = RedisServer::freePort();
        $redis = new RedisServer([
            '--tls-port', (string) $port, '--tls-cert-file', $certificate->file, '--tls-key-file', $certificate->key,
            '--tls-ca-cert-file', $certificate->file, '--tls-auth-clients', 'no',
        ]);
        $listener = new RedisListener($redis->port);
        $installation = self::installation($redis, ['REDIS_URL' => "rediss://localhost:{$port}", 'REVERB_REDIS_CA_FILE' => $certificate->file]);

        $this->assertArrayNotHasKey('exception', $installation->broadcast(['now', 'room']));
        $this->assertSame('room', $listener->nextEvent()['channel']);

        $this->assertRefused(
            "Redis at 127.0.0.1:{$port}: its certificate is not accepted for \"127.0.0.1\": ",
            $installation->broadcast(['now', 'room'], ['REDIS_URL' => "rediss://127.0.0.1:{$port}"]),
        );
        $this->assertRefused(
            "Redis at localhost:{$port}: its certificate is not accepted for \"localhost\": self-signed certificate.",
            $installation->broadcast(['now', 'room'], ['REVERB_REDIS_CA_FILE' => '']),
        );
        $this->assertArrayNotHasKey(
            'exception', $installation->broadcast(['now', 'room'], ['REVERB_REDIS_CA_FILE' => '', 'REVERB_REDIS_VERIFY_PEER' => 'false'])
        );
    }

    #[Test]
    public function a_user_of_redis_needs_what_the_documentation_says_and_no_more(): void
    {
        $redis = new RedisServer([
            '--user', 'web', 'on', '>password', 'resetchannels', '&reverb:*', '~reverb:*', '+ping', '+role', '+publish', '+set',
        ]);
        $listener = new RedisListener($redis->port);
        $installation = self::installation($redis, ['REDIS_USERNAME' => 'web', 'REDIS_PASSWORD' => 'password']);

        $this->assertArrayNotHasKey('exception', $installation->broadcast(['now', 'cache-news', 'room']));
        $this->assertSame(['cache-news', 'room'], [$listener->nextEvent()['channel'], $listener->nextEvent()['channel']]);

        $this->assertRefused(
            'refuses: NOPERM this user has no permissions to access one of the channels used as arguments.',
            $installation->broadcast(['now', 'cache-news'], ['REVERB_SCALING_PREFIX' => 'other:']),
        );
    }

    #[Test]
    public function about_says_that_redis_is_the_way_and_why(): void
    {
        $redis = new RedisServer;
        $name = "Redis at 127.0.0.1:{$redis->port}";
        $installation = new Installation($redis->scaling());
        $this->assertSame(['redis', "{$installation->socket()} cannot be opened; Redis answers"], self::transport($installation));
        $this->assertSame(['redis', 'reverb.servers.reverb.transport is "redis"; Redis answers'], self::transport($installation, 'redis'));
        $redis->stop();

        $reason = "; {$name} cannot be reached: Connection refused. Check scaling.server.host and scaling.server.port.";
        $this->assertSame(['http', "{$installation->socket()} cannot be opened{$reason}"], self::transport($installation));
        $this->assertSame(['none', "reverb.servers.reverb.transport is \"redis\"{$reason}"], self::transport($installation, 'redis'));
        $this->assertSame(['http', 'reverb.servers.reverb.transport is "http"'], self::transport($installation, 'http'));
    }

    /**
     * @param  array<string, string>  $environment
     */
    private static function installation(RedisServer $redis, array $environment = []): Installation
    {
        return new Installation([...$redis->scaling(), 'REVERB_TRANSPORT' => 'redis', ...$environment]);
    }

    /**
     * @return array{string, string} what about says: the way, and why
     */
    private static function transport(Installation $installation, string $setting = 'auto'): array
    {
        $output = $installation->artisan(['about', '--json', '--only=reverb'], ['REVERB_TRANSPORT' => $setting])->mustRun()->getOutput();
        $transport = json_decode($output, true, flags: JSON_THROW_ON_ERROR)['reverb']['transport'];

        return [$transport['used'], $transport['reason']];
    }

    /**
     * @param  array{took: list<int>, exception?: string, message?: string}  $result
     */
    private function assertRefused(string $message, array $result): void
    {
        $this->assertSame(BroadcastException::class, $result['exception'] ?? null);
        $this->assertStringContainsString($message, $result['message'] ?? '');
    }
}
