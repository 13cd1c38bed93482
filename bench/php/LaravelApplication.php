<?php

declare(strict_types=1);

namespace Reverb\Bench;

use Illuminate\Broadcasting\BroadcastManager;
use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Console\Kernel;
use Illuminate\Foundation\Application;
use Reverb\Publisher;

/**
 * A Laravel application that has this package, with a broadcasting connection for each way. Nothing
 * of it is changed on disk.
 */
final class LaravelApplication
{
    /** Options of every script that boots one, besides `app`. */
    public const OPTIONS = ['port', 'socket', 'peer-port', 'redis-port', 'app-id', 'key', 'secret'];

    public static function boot(Options $options): Application
    {
        require_once $options->text('app').'/vendor/autoload.php';

        /** @var Application $app */
        $app = require $options->text('app').'/bootstrap/app.php';
        $app->make(Kernel::class)->bootstrap();

        [$id, $key, $secret] = [
            $options->text('app-id', 'bench'), $options->text('key', 'bench-key'), $options->text('secret', 'bench-secret'),
        ];
        $connection = static fn (string $driver, int $port): array => [
            'driver' => $driver,
            'app_id' => $id,
            'key' => $key,
            'secret' => $secret,
            'options' => ['host' => '127.0.0.1', 'port' => $port, 'scheme' => 'http', 'useTLS' => false],
            'client_options' => [],
        ];
        $app->make(Repository::class)->set([
            'reverb.servers.reverb.socket' => $options->text('socket'),
            'broadcasting.default' => 'bench-reverb',
            'broadcasting.connections.bench-null' => ['driver' => 'null'],
            // In the server's own process a direct call, elsewhere the unix socket.
            'broadcasting.connections.bench-reverb' => $connection('reverb', $options->number('port')),
            'broadcasting.connections.bench-tcp' => ['driver' => 'bench-tcp'],
            // The SDK alone, as Laravel has it without this package.
            'broadcasting.connections.bench-http' => $connection('pusher', $options->number('port')),
            'broadcasting.connections.bench-peer' => $connection('pusher', $options->number('peer-port')),
            'database.redis.client' => extension_loaded('redis') ? 'phpredis' : 'predis',
            'database.redis.default' => ['host' => '127.0.0.1', 'port' => $options->number('redis-port'), 'database' => 0],
            'queue.connections.redis.block_for' => 5,
            // Where a worker looks for the order to start anew: no database is needed for that.
            'cache.default' => 'array',
            'queue.failed.driver' => 'null',
        ]);
        $app->make(BroadcastManager::class)->extend('bench-tcp', static fn (): KeepAliveBroadcaster => new KeepAliveBroadcaster(
            new Publisher(['host' => '127.0.0.1', 'port' => $options->number('port'), 'key' => $key, 'secret' => $secret]), $id
        ));

        return $app;
    }
}
