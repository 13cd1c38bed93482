<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Support;

use Symfony\Component\Process\Process;

/**
 * A subscriber in a process of its own, which reads as fast as events come and connects again
 * whenever the server has closed. It writes down the `text` of each event.
 */
final class Subscriber
{
    private readonly string $file;

    private readonly Process $process;

    public function __construct(private readonly Installation $installation, int $port, string $channel)
    {
        $this->file = "{$installation->storage}/subscriber-".bin2hex(random_bytes(4));
        touch($this->file);
        $this->process = $installation->process([PHP_BINARY, __DIR__.'/subscriber-process.php', (string) $port, $channel, $this->file]);
        $this->process->start();
        $this->waitUntil(fn (): bool => $this->connections() !== []);
    }

    public function __destruct()
    {
        $this->process->stop(0);
    }

    /**
     * By connection: when it had subscribed (of the monotonic clock), and what came.
     *
     * @return list<array{since: int, texts: list<string>}>
     */
    public function connections(): array
    {
        $connections = [];

        foreach (file($this->file, FILE_IGNORE_NEW_LINES) ?: [] as $line) {
            [$what, $value] = explode(' ', $line, 2);

            if ($what === 'subscribed') {
                $connections[] = ['since' => (int) $value, 'texts' => []];
            } elseif ($connections !== []) {
                $connections[array_key_last($connections)]['texts'][] = $value;
            }
        }

        return $connections;
    }

    /**
     * Of all its connections.
     *
     * @return list<string>
     */
    public function texts(): array
    {
        return array_merge(...array_column($this->connections(), 'texts'));
    }

    public function waitForEvents(int $count, float $timeout = 20.0): void
    {
        $this->waitUntil(fn (): bool => count($this->texts()) >= $count, $timeout);
    }

    private function waitUntil(callable $so, float $timeout = 10.0): void
    {
        $this->installation->waitUntil(function () use ($so): bool {
            return $so() || ! $this->process->isRunning();
        }, $timeout);

        if (! $this->process->isRunning()) {
            throw new \RuntimeException('The subscriber has ended: '.$this->process->getErrorOutput());
        }
    }
}
