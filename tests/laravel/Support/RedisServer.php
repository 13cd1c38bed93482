<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Support;

use Symfony\Component\Process\Process;

/**
 * A running redis-server that keeps nothing.
 */
final class RedisServer
{
    private readonly Process $process;

    public readonly int $port;

    public function __construct()
    {
        $free = stream_socket_server('tcp://127.0.0.1:0') ?: throw new \RuntimeException('No free port');
        $this->port = (int) substr((string) strrchr((string) stream_socket_get_name($free, false), ':'), 1);
        fclose($free);
        $this->process = new Process(
            ['redis-server', '--port', (string) $this->port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], sys_get_temp_dir(), timeout: null
        );
        $this->process->start();
        $this->process->waitUntil(fn (string $type, string $output): bool => str_contains($output, 'Ready to accept connections'));
    }

    public function __destruct()
    {
        $this->process->stop(0);
    }

    /**
     * What an application is told of it.
     *
     * @return array<string, string>
     */
    public function environment(): array
    {
        return ['REDIS_CLIENT' => 'predis', 'REDIS_HOST' => '127.0.0.1', 'REDIS_PORT' => (string) $this->port];
    }
}
