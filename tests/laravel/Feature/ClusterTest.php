<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\RedisServer;
use Reverb\Laravel\Tests\Support\ServerProcess;
use Reverb\Laravel\Tests\Support\WebSocketClient;
use Reverb\Publisher;

/**
 * Two hosts with a server each that share a Redis, and one without a server. HTTP is closed.
 */
final class ClusterTest extends TestCase
{
    private const PASSWORD = ['--requirepass', 's3cret'];

    private RedisServer $redis;

    /** @var list<Installation> */
    private array $hosts;

    /** @var list<ServerProcess> */
    private array $servers;

    protected function setUp(): void
    {
        $this->redis = new RedisServer(self::PASSWORD);
        $this->hosts = array_map($this->host(...), [1, 2]);
        $this->servers = array_map(static fn (Installation $host): ServerProcess => $host->start(), $this->hosts);
        $this->waitUntilBothAreUp();
    }

    protected function tearDown(): void
    {
        $this->servers = [];
    }

    #[Test]
    public function an_event_of_either_host_reaches_the_clients_of_both_once(): void
    {
        $clients = $this->subscribe('room');

        foreach ($this->hosts as $number => $host) {
            $this->assertSent($host->broadcast(['now', 'room', "--text=from {$number}"]));
        }

        foreach ($clients as $client) {
            $this->assertEqualsCanonicalizing(['from 0', 'from 1'], self::texts($client));
        }
    }

    #[Test]
    public function a_host_without_a_server_publishes_by_redis_to_all_but_the_sender(): void
    {
        [$first, $second] = $this->subscribe('room');
        $web = $this->host();

        $this->assertSent($web->broadcast(['now', 'room', '--text=all']));
        $this->assertSent($web->broadcast(['others', 'room', '--text=others', "--except={$first->socketId}"], ['REVERB_TRANSPORT' => 'redis']));

        $this->assertSame(['all'], self::texts($first));
        $this->assertSame(['all', 'others'], self::texts($second));
    }

    #[Test]
    public function what_a_host_without_a_server_publishes_is_kept_by_a_cache_channel(): void
    {
        $this->assertSent($this->host()->broadcast(['now', 'cache-news', '--text=kept']));

        foreach ($this->subscribe('cache-news') as $client) {
            $this->assertSame('kept', $client->receiveData('App\Events\Sent', 'cache-news')['text']);
        }
    }

    #[Test]
    public function a_publisher_by_redis_is_told_what_both_know(): void
    {
        $clients = [...$this->subscribe('room'), ...$this->subscribe('room')];
        $publisher = new Publisher([
            'scaling' => ['enabled' => true, 'server' => ['port' => $this->redis->port, 'password' => 's3cret']], 'app_ids' => ['app-id'],
        ]);

        $this->assertSame(
            ['room' => ['occupied' => true, 'subscription_count' => 4], 'empty' => ['occupied' => false, 'subscription_count' => 0]],
            $publisher->publish('app-id', ['room', 'empty'], 'Counted', '{}', null, 'occupied,subscription_count'),
        );

        foreach ($clients as $client) {
            $this->assertSame('Counted', $client->receive()['event']);
        }
    }

    #[Test]
    public function status_and_about_tell_of_the_cluster(): void
    {
        $status = $this->clusterOf($this->hosts[0]);

        $this->assertSame(['up', 2], [$status['redis'], $status['nodes']]);
        $text = $this->hosts[0]->artisan(['reverb:status'])->mustRun()->getOutput();
        $this->assertMatchesRegularExpression('/^  Nodes \.+ 2\s*$/m', $text);
        $this->assertMatchesRegularExpression('/^  Redis \.+ up\s*$/m', $text);

        $about = json_decode(
            $this->hosts[0]->artisan(['about', '--json', '--only=reverb'])->mustRun()->getOutput(), true, flags: JSON_THROW_ON_ERROR
        )['reverb'];
        $this->assertSame(['nodes' => 2, 'redis' => 'up'], $about['cluster']);
        $this->assertSame('socket', $about['transport']['used']);
    }

    #[Test]
    public function without_redis_each_host_serves_its_own_and_with_it_again_all(): void
    {
        [$first, $second] = $this->subscribe('room');
        $this->redis->stop();
        $this->hosts[0]->waitUntil(fn (): bool => str_starts_with($this->clusterOf($this->hosts[0])['redis'], 'down: '));

        $this->assertSent($this->hosts[0]->broadcast(['now', 'room', '--text=alone']));
        $this->assertSame('alone', $first->receiveData('App\Events\Sent', 'room')['text']);
        $this->assertStringContainsString("Redis at 127.0.0.1:{$this->redis->port}", $this->clusterOf($this->hosts[0])['redis']);

        $this->redis->start();
        $this->waitUntilBothAreUp();
        $this->assertSent($this->hosts[0]->broadcast(['now', 'room', '--text=together']));
        $this->assertSame('together', $first->receiveData('App\Events\Sent', 'room')['text']);
        $this->assertContains('together', self::texts($second));
    }

    private function host(): Installation
    {
        return new Installation([...$this->redis->scaling(), 'REDIS_PASSWORD' => 's3cret']);
    }

    private function waitUntilBothAreUp(): void
    {
        foreach ($this->hosts as $host) {
            $host->waitUntil(function () use ($host): bool {
                $status = $this->clusterOf($host);

                return $status['redis'] === 'up' && $status['nodes'] === count($this->hosts);
            }, 20.0);
        }
    }

    /**
     * @return list<WebSocketClient> one on each host
     */
    private function subscribe(string $channel): array
    {
        return array_map(static function (ServerProcess $server) use ($channel): WebSocketClient {
            $client = WebSocketClient::connect($server->port);
            $client->subscribe($channel);

            return $client;
        }, $this->servers);
    }

    /**
     * @return array<string, mixed> what a node says of its cluster
     */
    private function clusterOf(Installation $host): array
    {
        return (new Publisher(['socket' => $host->socket()]))->status()['cluster'];
    }

    /**
     * @return list<string>
     */
    private static function texts(WebSocketClient $client): array
    {
        return array_map(
            static fn (array $message): string => json_decode($message['data'], true, flags: JSON_THROW_ON_ERROR)['text'], $client->collect(0.5)
        );
    }

    /**
     * @param  array{took: list<int>, exception?: string, message?: string}  $result
     */
    private function assertSent(array $result): void
    {
        $this->assertArrayNotHasKey('exception', $result, $result['message'] ?? '');
    }
}
