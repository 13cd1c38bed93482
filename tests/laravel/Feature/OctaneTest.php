<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use Illuminate\Broadcasting\BroadcastManager;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Broadcasting\Transport;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\OctaneWorker;
use Reverb\Laravel\Tests\Support\Relay;
use Reverb\Laravel\Tests\Support\WebSocketClient;

/**
 * Laravel Octane: one process serves many requests, each with a clone of the application. REVERB_PORT
 * is a closed port, so whatever arrives went by the unix socket.
 */
final class OctaneTest extends TestCase
{
    private const SENT = ['status' => 200, 'content' => 'sent'];

    /**
     * @return array<string, array{array<string, string>}>
     */
    public static function applications(): array
    {
        return [
            'which makes its broadcaster for each request' => [[]],
            'which keeps one broadcaster' => [self::warm(BroadcastManager::class)],
            'which keeps its parts' => [self::warm(BroadcastManager::class, Transport::class)],
        ];
    }

    /**
     * @param  array<string, string>  $environment
     */
    #[Test]
    #[DataProvider('applications')]
    public function all_requests_of_a_worker_take_one_connection(array $environment): void
    {
        $installation = new Installation($environment);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');
        $worker = new OctaneWorker($installation);

        $this->assertSame(self::SENT, $worker->get('/to-others/room'));
        $connections = $installation->publishers();
        $this->assertSame(self::SENT, $worker->get('/to-others/room'));
        $this->assertSame(self::SENT, $worker->get('/to-others/room'));

        $this->assertCount(1, $connections);
        $this->assertSame($connections, $installation->publishers());
        $this->assertCount(3, $client->collect(0.3));
    }

    #[Test]
    public function a_broadcaster_that_is_kept_keeps_its_connection_over_http(): void
    {
        $installation = new Installation(['REVERB_TRANSPORT' => 'http', ...self::warm(BroadcastManager::class)]);
        $server = $installation->start();
        $relay = new Relay('tcp://127.0.0.1:0', "tcp://127.0.0.1:{$server->port}", "{$installation->storage}/relayed");
        $worker = new OctaneWorker($installation, ['REVERB_PORT' => (string) $relay->port()]);

        foreach ([1, 2, 3] as $request) {
            $this->assertSame(self::SENT, $worker->get('/to-others/room'));
            $this->assertSame($request, substr_count($relay->bytes(), 'POST /apps/app-id/events?'));
        }

        $this->assertSame(1, $relay->connections());
    }

    /**
     * @param  array<string, string>  $environment
     */
    #[Test]
    #[DataProvider('applications')]
    public function whom_a_request_leaves_out_is_no_matter_of_the_next(array $environment): void
    {
        $installation = new Installation($environment);
        $server = $installation->start();
        [$first, $second] = [WebSocketClient::connect($server->port), WebSocketClient::connect($server->port)];
        $first->subscribe('room');
        $second->subscribe('room');
        $worker = new OctaneWorker($installation);

        $worker->get('/to-others/room', ['X-Socket-ID' => $first->socketId]);
        $this->assertCount(1, $second->collect(0.3));
        $this->assertSame([], $first->collect(0.1));

        $worker->get('/to-others/room');
        $this->assertCount(1, $second->collect(0.3));
        $this->assertCount(1, $first->collect(0.1));

        $worker->get('/to-others/room', ['X-Socket-ID' => $second->socketId]);
        $this->assertCount(1, $first->collect(0.3));
        $this->assertSame([], $second->collect(0.1));
    }

    /**
     * @param  array<string, string>  $environment
     */
    #[Test]
    #[DataProvider('applications')]
    public function no_event_is_lost_after_the_server_was_restarted(array $environment): void
    {
        $installation = new Installation($environment);
        $server = $installation->start();
        $worker = new OctaneWorker($installation);
        $this->assertSame(self::SENT, $worker->get('/to-others/room'));

        foreach ([SIGTERM, SIGKILL] as $signal) {
            $server->signal($signal);
            $server->exitStatus();
            $server = $installation->start();
            $client = WebSocketClient::connect($server->port);
            $client->subscribe('room');

            $this->assertSame(self::SENT, $worker->get('/to-others/room'));
            $this->assertSame('hello', $client->receiveData('App\Events\Sent', 'room')['text']);
            $this->assertCount(1, $installation->publishers());
        }
    }

    /**
     * @param  array<string, string>  $environment
     */
    #[Test]
    #[DataProvider('applications')]
    public function a_permission_that_is_refused_to_a_later_request_is_logged(array $environment): void
    {
        $installation = new Installation($environment);
        $other = $installation->start(environment: ['REVERB_SERVER_SOCKET' => 'false']);
        $installation->share();
        $worker = new OctaneWorker($installation, ['REVERB_PORT' => (string) $other->port], Installation::stranger());
        $this->assertSame(self::SENT, $worker->get('/to-others/room'));

        $server = $installation->start(environment: ['REVERB_SERVER_SOCKET_MODE' => '0000']);
        // After as long as what was not there is left alone.
        usleep(1_100_000);
        $this->assertSame(self::SENT, $worker->get('/to-others/room'));

        $this->assertTrue($server->running());
        $this->assertSame(1, substr_count($installation->log(), "local.WARNING: This process may not open the Reverb server's socket"));
    }

    #[Test]
    public function what_a_clone_in_the_server_broadcasts_is_a_direct_call_and_so_is_what_comes_after_it(): void
    {
        $server = (new Installation(['TEST_SERVER' => 'broadcasts from a clone', 'REVERB_SERVER_SOCKET' => 'false']))->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('ticks');

        foreach (['clone', 'server', 'clone', 'server'] as $text) {
            $this->assertSame($text, $client->receiveData('App\Events\Sent', 'ticks')['text']);
        }
    }

    /**
     * @param  class-string  ...$services
     * @return array<string, string> an application that has Octane make these before the first request
     */
    private static function warm(string ...$services): array
    {
        return ['TEST_CONFIG' => json_encode(['octane.warm' => ['config', 'log', 'router', ...$services]], JSON_THROW_ON_ERROR)];
    }
}
