<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Support;

use Symfony\Component\Process\Process;

/**
 * A running redis-server that keeps nothing.
 */
final class RedisServer
{
    private Process $process;

    public readonly int $port;

    /**
     * @param  list<string>  $options  as words of its command line
     */
    public function __construct(
        private readonly array $options = [],
    ) {
        $this->port = self::freePort();
        $this->start();
    }

    public static function freePort(): int
    {
        $free = stream_socket_server('tcp://127.0.0.1:0') ?: throw new \RuntimeException('No free port');
        $port = (int) substr((string) strrchr((string) stream_socket_get_name($free, false), ':'), 1);
        fclose($free);

        return $port;
    }

    /**
     * Again, on the same port, after a stop.
     */
    public function start(): void
    {
        $this->process = new Process(
            ['redis-server', '--port', (string) $this->port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...$this->options],
            sys_get_temp_dir(),
            timeout: null,
        );
        $this->process->start();
        $this->process->waitUntil(fn (string $type, string $output): bool => str_contains($output, 'Ready to accept connections'));
    }

    public function stop(): void
    {
        $this->process->stop(0);
    }

    public function __destruct()
    {
        $this->stop();
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

    /**
     * What servers and publishers are told that are to be one by it.
     *
     * @return array<string, string>
     */
    public function scaling(): array
    {
        return [...$this->environment(), 'REVERB_SCALING_ENABLED' => 'true'];
    }
}
