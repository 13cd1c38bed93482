<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\RedisServer;
use Reverb\Laravel\Tests\Support\WebSocketClient;
use Symfony\Component\Process\Process;

/**
 * Events that wait in a queue and are sent by an unmodified queue:work. REVERB_PORT is a closed
 * port: what arrives went over the unix socket.
 */
final class QueueTest extends TestCase
{
    /**
     * @return array<string, array{string}>
     */
    public static function drivers(): array
    {
        return ['database' => ['database'], 'redis' => ['redis']];
    }

    #[Test]
    #[DataProvider('drivers')]
    public function a_worker_sends_queued_events_in_order_over_one_connection(string $driver): void
    {
        [$installation, $redis] = self::installation($driver);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');
        $worker = self::worker($installation);
        $connection = null;

        foreach (['first', 'second'] as $text) {
            // Before PHP 8.4 SQLite refuses a worker that reads and then writes while somebody else writes.
            $result = $installation->broadcast(['queued', 'room', "--text={$text}", '--times=10', '--at-once']);
            $this->assertArrayNotHasKey('exception', $result);

            for ($i = 0; $i < 10; $i++) {
                $this->assertSame(['text' => $text], $client->receiveData('queued', 'room', 10));
            }

            $this->assertCount(1, $connections = $installation->publishers());
            $this->assertSame($connection ??= $connections, $connections);
        }

        $this->assertSame([], $client->collect(0.2));
        $this->assertTrue($worker->isRunning());
        // Those who dispatched did not send.
        $this->assertSame(20, substr_count($worker->getOutput(), 'DONE'));
    }

    #[Test]
    public function an_event_that_is_refused_is_a_failed_job_with_the_servers_words(): void
    {
        [$installation] = self::installation('database');
        $server = $installation->start();
        $worker = self::worker($installation);
        $installation->broadcast(['queued', str_repeat('a', 201)]);

        $installation->waitUntil(fn (): bool => str_contains($worker->getOutput(), 'FAIL'));
        $installation->waitUntil(fn (): bool => $installation->log() !== '');
        $this->assertMatchesRegularExpression(
            '/local\.ERROR: Pusher error: The channel name "a{200}.*" is not valid.*Broadcasting\\\\\\\\BroadcastException/', $installation->log()
        );
        $this->assertTrue($server->running());
        $this->assertTrue($worker->isRunning());
    }

    #[Test]
    public function a_fork_within_a_job_does_not_share_the_workers_connection(): void
    {
        [$installation] = self::installation('database');
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');
        $worker = self::worker($installation);
        $installation->artisan(['test:fork', 'room', '100'])->mustRun();
        $seen = [];

        for ($i = 0; $i < 402; $i++) {
            [$who, $number] = explode(' ', $client->receiveData('App\Events\Sent', 'room', 10)['text']);
            $seen[$who][] = (int) $number;
        }

        ksort($seen);
        $this->assertSame([
            'child1' => range(1, 100), 'child2' => range(1, 100), 'child3' => range(1, 100), 'parent' => range(0, 101),
        ], $seen);
        $this->assertSame([], $client->collect(0.2));
        $installation->waitUntil(fn (): bool => str_contains($worker->getOutput(), 'DONE'));

        // The worker still has the connection it had before, and no child has left one.
        $this->assertCount(1, $installation->publishers());
        $this->assertArrayNotHasKey('exception', $installation->broadcast(['queued', 'room']));
        $this->assertSame(['text' => 'hello'], $client->receiveData('queued', 'room', 10));
    }

    /**
     * @return array{Installation, ?RedisServer} the second to be held
     */
    private static function installation(string $driver): array
    {
        $redis = $driver === 'redis' ? new RedisServer : null;
        $installation = new Installation([
            'QUEUE_CONNECTION' => $driver,
            ...$redis?->environment() ?? [],
            'TEST_CONFIG' => json_encode([
                'queue.connections.redis.block_for' => 5,
                // Or SQLite refuses a worker that reads and then writes while somebody dispatches.
                'database.connections.sqlite.transaction_mode' => 'IMMEDIATE',
                'queue.failed.driver' => 'null',
            ], JSON_THROW_ON_ERROR),
        ]);
        $installation->createTables();

        return [$installation, $redis];
    }

    private static function worker(Installation $installation): Process
    {
        $worker = $installation->artisan(['queue:work', '--sleep=0.05', '--tries=1']);
        $worker->start();

        return $worker;
    }
}
