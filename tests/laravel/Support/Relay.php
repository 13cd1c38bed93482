<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Support;

use Symfony\Component\Process\Process;

/**
 * Stands between a publisher and a server, and keeps what the publisher has sent.
 */
final class Relay
{
    private readonly Process $process;

    /**
     * @param  string  $from  an address to listen on, such as unix:///path or tcp://127.0.0.1:0
     * @param  string  $to  the server's
     */
    public function __construct(string $from, string $to, private readonly string $file)
    {
        $this->process = new Process([PHP_BINARY, __DIR__.'/relay-process.php', $from, $to, $file], timeout: null);
        $this->process->start();
        $this->process->waitUntil(fn (): bool => str_contains($this->process->getOutput(), "\n"));
    }

    public function __destruct()
    {
        $this->process->stop(0);
    }

    public function port(): int
    {
        return (int) substr((string) strrchr(strtok($this->process->getOutput(), "\n") ?: '', ':'), 1);
    }

    /**
     * How many there have been.
     */
    public function connections(): int
    {
        return substr_count($this->process->getOutput(), "accepted\n");
    }

    /**
     * Of all connections, in the order they came.
     */
    public function bytes(): string
    {
        return (string) file_get_contents($this->file);
    }

    /**
     * The frames of the unix socket's protocol: each begins with its length, little-endian.
     *
     * @return list<string>
     */
    public function frames(): array
    {
        $frames = [];

        for ($rest = $this->bytes(); $rest !== ''; $rest = substr($rest, 4 + $length)) {
            $length = unpack('V', $rest)[1];
            $frames[] = substr($rest, 4, $length);
        }

        return $frames;
    }
}
