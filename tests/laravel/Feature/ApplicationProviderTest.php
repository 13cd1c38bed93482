<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use App\Listeners\Recorder;
use Laravel\Reverb\Events\MessageReceived;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\ExpectationFailedException;
use PHPUnit\Framework\TestCase;
use Pusher\ApiErrorException;
use Pusher\Pusher;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\ServerProcess;
use Reverb\Laravel\Tests\Support\TenantTable;
use Reverb\Laravel\Tests\Support\WebSocketClient;
use Reverb\Publisher;
use RuntimeException;

/**
 * Applications that stand in a table and not in the configuration: an application provider on
 * Eloquent and SQLite, in a real `reverb:start`.
 */
final class ApplicationProviderTest extends TestCase
{
    private const UNKNOWN_APPLICATION = 4001;

    private const OVER_CONNECTION_QUOTA = 4004;

    private const TRY_AGAIN = 4100;

    private TenantTable $table;

    private Installation $installation;

    protected function setUp(): void
    {
        $this->table = new TenantTable;
        $this->table->add('one');
        $this->table->add('two');
    }

    /**
     * @return list<array{string}>
     */
    public static function ways(): array
    {
        return [['bound by class'], ['bound by closure'], ['bound as it is'], ['extended']];
    }

    #[Test]
    #[DataProvider('ways')]
    public function clients_of_an_application_in_the_table_connect_and_others_do_not(string $way): void
    {
        $server = $this->start($way);

        $this->assertMatchesRegularExpression('/^\d+\.\d+$/', WebSocketClient::connect($server->port, 'one-key')->socketId);
        $this->assertMatchesRegularExpression('/^\d+\.\d+$/', WebSocketClient::connect($server->port, 'two-key')->socketId);
        $this->assertSame(self::UNKNOWN_APPLICATION, self::refusal($server, 'three-key'));
        // The application of the configuration is none of the table.
        $this->assertSame(self::UNKNOWN_APPLICATION, self::refusal($server, 'app-key'));
        $this->assertSame('', $this->installation->log());
    }

    #[Test]
    public function a_key_is_exact_where_the_database_is_not(): void
    {
        $server = $this->start();

        $this->assertSame(self::UNKNOWN_APPLICATION, self::refusal($server, 'ONE-KEY'));
        $this->assertNotSame('', WebSocketClient::connect($server->port, 'one-key')->socketId);
    }

    #[Test]
    public function a_row_added_later_is_served(): void
    {
        $server = $this->start(ttl: 1);
        $this->assertSame(self::UNKNOWN_APPLICATION, self::refusal($server, 'three-key'));

        $this->table->add('three');

        self::eventually(fn (): WebSocketClient => WebSocketClient::connect($server->port, 'three-key'));
    }

    #[Test]
    public function a_row_removed_is_served_no_longer(): void
    {
        $server = $this->start(ttl: 1);
        WebSocketClient::connect($server->port, 'one-key');

        $this->table->remove('one');

        self::eventually(fn () => $this->assertSame(self::UNKNOWN_APPLICATION, self::refusal($server, 'one-key', 0.5)));
    }

    #[Test]
    public function a_changed_secret_takes_effect(): void
    {
        $server = $this->start(ttl: 1);
        WebSocketClient::connect($server->port, 'one-key')->subscribe('private-room', 'one-secret', 'one-key');
        self::sdk($server, 'one')->trigger('room', 'e', []);

        $this->table->set('one', 'secret', 'changed');

        self::eventually(fn () => self::sdk($server, 'one', 'changed')->trigger('room', 'e', []));
        WebSocketClient::connect($server->port, 'one-key')->subscribe('private-room', 'changed', 'one-key');

        $this->expectException(ApiErrorException::class);
        $this->expectExceptionCode(401);
        self::sdk($server, 'one')->trigger('room', 'e', []);
    }

    #[Test]
    public function an_application_hears_nothing_of_another(): void
    {
        $server = $this->start();
        $one = WebSocketClient::connect($server->port, 'one-key');
        $two = WebSocketClient::connect($server->port, 'two-key');
        $one->subscribe('room');
        $two->subscribe('room');

        self::sdk($server, 'one')->trigger('room', 'over-http', ['n' => 1]);
        $this->publisher()->publish('one-id', 'room', 'over-the-socket', '{"n":2}');

        $this->assertSame(1, $one->receiveData('over-http', 'room')['n']);
        $this->assertSame(2, $one->receiveData('over-the-socket', 'room')['n']);
        $this->assertSame([], $two->collect(0.3));
        $this->assertSame(1, self::sdk($server, 'two')->get('/connections')->connections);
    }

    #[Test]
    public function laravel_broadcasts_to_an_application_in_the_table(): void
    {
        $server = $this->start();
        $client = WebSocketClient::connect($server->port, 'two-key');
        $client->subscribe('room');

        // By the socket: nobody listens on the port that HTTP would go to.
        $environment = ['REVERB_APP_ID' => 'two-id', 'REVERB_APP_KEY' => 'two-key', 'REVERB_APP_SECRET' => 'two-secret'];
        $this->assertArrayNotHasKey('exception', $this->installation->broadcast(['now', 'room'], $environment));

        $this->assertSame('hello', $client->receiveData('App\Events\Sent', 'room')['text']);
    }

    #[Test]
    public function events_name_the_application_of_the_table(): void
    {
        $server = $this->start(environment: [
            'TEST_LISTENERS' => json_encode([[Recorder::class, [MessageReceived::class]]], JSON_THROW_ON_ERROR),
        ]);
        WebSocketClient::connect($server->port, 'two-key')->subscribe('room');

        self::eventually(fn () => $this->assertSame('two-id', $this->installation->events()[0]['connection']['app'] ?? null));
    }

    #[Test]
    public function an_application_nobody_has_is_an_error_for_publishers(): void
    {
        $server = $this->start();

        try {
            self::sdk($server, 'three')->trigger('room', 'e', []);
            $this->fail('Nothing was thrown');
        } catch (ApiErrorException $e) {
            $this->assertSame(404, $e->getCode());
        }

        $this->expectExceptionCode(404);
        $this->publisher()->publish('three-id', 'room', 'e', '{}');
    }

    #[Test]
    public function code_inside_the_server_broadcasts_to_an_application_in_the_table(): void
    {
        $server = $this->start(environment: [
            'TEST_SERVER' => 'broadcasts from a timer',
            'REVERB_APP_ID' => 'two-id', 'REVERB_APP_KEY' => 'two-key', 'REVERB_APP_SECRET' => 'two-secret',
        ]);
        $client = WebSocketClient::connect($server->port, 'two-key');
        $client->subscribe('ticks');

        $this->assertSame('tick', $client->receiveData('App\Events\Sent', 'ticks')['text']);
        $this->assertSame('', $this->installation->log());
    }

    #[Test]
    public function code_inside_the_server_reaches_an_application_that_was_not_there_at_first(): void
    {
        $server = $this->start(ttl: 1, environment: [
            'TEST_SERVER' => 'broadcasts from a timer',
            'REVERB_APP_ID' => 'three-id', 'REVERB_APP_KEY' => 'three-key', 'REVERB_APP_SECRET' => 'three-secret',
        ]);
        self::eventually(fn () => $this->assertStringContainsString('BroadcastException', $this->installation->log()));

        $this->table->add('three');
        self::eventually(function () use ($server): void {
            $client = WebSocketClient::connect($server->port, 'three-key');
            $client->subscribe('ticks');
            $client->receiveData('App\Events\Sent', 'ticks');
        });
    }

    #[Test]
    public function a_slow_provider_delays_no_message(): void
    {
        $this->table->add('slow', trouble: 'slow');
        $server = $this->start();
        $publisher = $this->publisher();
        $client = WebSocketClient::connect($server->port, 'one-key');
        $client->subscribe('room');
        $publisher->publish('one-id', 'room', 'first', '{}');
        $client->receiveData('first', 'room');

        $waiting = stream_socket_client("tcp://127.0.0.1:{$server->port}");
        fwrite($waiting, "GET /app/slow-key HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://localhost\r\nUpgrade: websocket\r\n"
            ."Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ".base64_encode(random_bytes(16))."\r\n\r\n");
        usleep(200_000);

        $started = microtime(true);

        for ($i = 0; $i < 20; $i++) {
            $publisher->publish('one-id', 'room', 'event', "{\"i\":{$i}}");
            $this->assertSame($i, $client->receiveData('event', 'room')['i']);
        }

        // New clients of a known application do not wait either.
        WebSocketClient::connect($server->port, 'one-key')->subscribe('room');
        $this->assertLessThan(1.5, microtime(true) - $started);

        // It still gets its answer, two seconds after it asked.
        stream_set_timeout($waiting, 5);
        $answer = '';

        while (! str_contains($answer, 'pusher:connection_established') && ! feof($waiting) && microtime(true) - $started < 5) {
            $answer .= fread($waiting, 8192);
        }

        $this->assertStringContainsString('pusher:connection_established', $answer);
        $this->assertGreaterThan(1.0, microtime(true) - $started);
    }

    #[Test]
    public function who_waits_too_long_is_told_to_try_again(): void
    {
        $this->table->add('slow', trouble: 'slow');
        $server = $this->start(environment: ['REVERB_APPLICATION_TIMEOUT' => '0.5']);

        $this->assertSame(self::TRY_AGAIN, self::refusal($server, 'slow-key'));
        // The answer came late, but it came.
        self::eventually(fn (): WebSocketClient => WebSocketClient::connect($server->port, 'slow-key'));
    }

    #[Test]
    public function what_a_provider_throws_is_reported_and_clients_are_told_to_try_again(): void
    {
        $this->table->add('bad', trouble: 'broken');
        $server = $this->start(ttl: 1);

        $this->assertSame(self::TRY_AGAIN, self::refusal($server, 'bad-key'));
        $this->assertStringContainsString('The table is locked.', $this->installation->log());

        try {
            self::sdk($server, 'bad')->trigger('room', 'e', []);
            $this->fail('Nothing was thrown');
        } catch (ApiErrorException $e) {
            $this->assertSame(503, $e->getCode());
        }

        // Each question is asked in a scope of its own.
        $this->assertStringContainsString('Asked for bad-key so far.', $this->installation->log());
        $this->assertStringContainsString('Asked for bad-id so far.', $this->installation->log());
        $this->assertNotSame('', WebSocketClient::connect($server->port, 'one-key')->socketId);

        $this->table->set('bad', 'trouble', null);
        self::eventually(fn (): WebSocketClient => WebSocketClient::connect($server->port, 'bad-key'));
    }

    #[Test]
    public function the_settings_of_a_row_are_checked_like_those_of_the_configuration(): void
    {
        $this->table->add('odd', maxConnections: 0);
        $server = $this->start();

        $this->assertSame(self::TRY_AGAIN, self::refusal($server, 'odd-key'));
        $this->assertStringContainsString(
            'application "odd-id".max_connections: must be a whole number from 1 to 4294967295, not 0.', $this->installation->log()
        );
    }

    #[Test]
    public function the_limits_of_a_row_are_kept(): void
    {
        $this->table->add('small', maxConnections: 1);
        $server = $this->start();
        $first = WebSocketClient::connect($server->port, 'small-key');

        $this->assertSame(self::OVER_CONNECTION_QUOTA, self::refusal($server, 'small-key'));
        $this->assertNotSame('', $first->socketId);
    }

    /**
     * @param  array<string, string>  $environment
     */
    private function start(string $way = 'bound by class', int $ttl = 60, array $environment = []): ServerProcess
    {
        $this->installation = new Installation([
            'TEST_APPLICATIONS' => $way, 'REVERB_APPLICATION_TTL' => (string) $ttl, ...$this->table->environment(),
        ]);

        return $this->installation->start(environment: $environment);
    }

    private function publisher(): Publisher
    {
        return new Publisher(['socket' => $this->installation->socket()]);
    }

    private static function sdk(ServerProcess $server, string $name, ?string $secret = null): Pusher
    {
        return new Pusher(
            "{$name}-key", $secret ?? "{$name}-secret", "{$name}-id",
            ['host' => '127.0.0.1', 'port' => $server->port, 'scheme' => 'http', 'useTLS' => false],
        );
    }

    /**
     * @return ?int the close code that a client with this key gets
     */
    private static function refusal(ServerProcess $server, string $key, float $timeout = 5.0): ?int
    {
        return WebSocketClient::open($server->port, $key)->waitForClose($timeout);
    }

    /**
     * Tries until nothing is thrown. An answer counts for a second here, and may be given once more
     * after that.
     */
    private static function eventually(callable $try): void
    {
        for ($deadline = microtime(true) + 5; ; usleep(50_000)) {
            try {
                $try();

                return;
            } catch (RuntimeException|ExpectationFailedException|ApiErrorException $e) {
                if (microtime(true) > $deadline) {
                    throw $e;
                }
            }
        }
    }
}
