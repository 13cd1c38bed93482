<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use Illuminate\Broadcasting\BroadcastException;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Pusher\Pusher;
use Reverb\Laravel\Broadcasting\PublishingWay;
use Reverb\Laravel\Broadcasting\ReverbBroadcaster;
use Reverb\Laravel\Broadcasting\Transport;
use Reverb\Laravel\Native\Extension;
use Reverb\Laravel\Native\RunningServer;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\WebSocketClient;
use Symfony\Component\Process\Process;

/**
 * The broadcaster by itself, in this process.
 */
final class BroadcasterTest extends TestCase
{
    #[Test]
    public function an_sdk_that_was_put_in_place_is_used(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');
        $broadcaster = self::broadcaster(self::transport($installation->socket()));
        $broadcaster->broadcast(['room'], 'first');

        $sdk = new class('app-key', 'app-secret', 'app-id') extends Pusher
        {
            /** @var list<string> */
            public array $triggered = [];

            public function trigger($channels, string $event, $data, array $params = [], bool $already_encoded = false): object
            {
                $this->triggered[] = $event;

                return (object) [];
            }
        };
        $broadcaster->setPusher($sdk);
        $broadcaster->broadcast(['room'], 'second');

        $this->assertSame($sdk, $broadcaster->getPusher());
        $this->assertSame(['second'], $sdk->triggered);
        $this->assertSame(['first'], array_column($client->collect(0.3), 'event'));
    }

    #[Test]
    public function no_channels_are_no_event(): void
    {
        $installation = new Installation;
        $server = $installation->start();

        self::broadcaster(self::transport($installation->socket()))->broadcast([], 'nothing');

        $this->assertTrue($server->running());
    }

    #[Test]
    public function a_socket_that_could_not_be_connected_is_left_alone_for_a_second(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $transport = self::transport($installation->socket());
        $broadcaster = self::broadcaster($transport);
        $broadcaster->broadcast(['room'], 'event');
        $server->signal(SIGTERM);
        $server->exitStatus();

        try {
            $broadcaster->broadcast(['room'], 'event');
            $this->fail('There is neither a socket nor HTTP');
        } catch (BroadcastException $e) {
            $this->assertStringContainsString('cURL error 7', $e->getMessage());
        }

        $failed = microtime(true);
        $this->assertNull($transport->publisher());

        $server = $installation->start();
        usleep(max(0, (int) (($failed + 1.1 - microtime(true)) * 1e6)));
        $this->assertTrue($transport->publisher()?->connected());
        $this->assertTrue($server->running());
    }

    #[Test]
    public function an_event_whose_answer_is_lost_is_told_so_and_sent_no_second_time(): void
    {
        // Takes one event and hangs up, as a server that is killed in between; counts who knocks.
        $installation = new Installation;
        $deaf = new Process([PHP_BINARY, '-r', <<<'PHP'
            $server = stream_socket_server("unix://{$argv[1]}");
            echo "ready\n";
            while ($client = stream_socket_accept($server, 30)) {
                fread($client, 4096);
                fclose($client);
                echo "knocked\n";
            }
            PHP, $installation->socket()]);
        $deaf->start();
        $deaf->waitUntil(fn (): bool => str_contains($deaf->getOutput(), 'ready'));

        try {
            self::broadcaster(self::transport($installation->socket()))->broadcast(['room'], 'event');
            $this->fail('Nothing was thrown');
        } catch (BroadcastException $e) {
            $this->assertStringStartsWith('Pusher error: ', $e->getMessage());
            $this->assertStringContainsString('may or may not have been delivered', $e->getMessage());
        }

        usleep(200_000);
        $this->assertSame(1, substr_count($deaf->getOutput(), 'knocked'));
        $deaf->stop(0);
    }

    private static function transport(string $socket): Transport
    {
        return new Transport(new RunningServer, Extension::loaded(), new PublishingWay($socket));
    }

    private static function broadcaster(Transport $transport): ReverbBroadcaster
    {
        // A closed port: whoever goes over HTTP, fails.
        $sdk = new Pusher('app-key', 'app-secret', 'app-id', ['host' => '127.0.0.1', 'port' => 9, 'useTLS' => false]);

        return new ReverbBroadcaster($sdk, $transport, []);
    }
}
