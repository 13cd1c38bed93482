<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Support;

use RuntimeException;
use Symfony\Component\Process\Process;

/**
 * A running `php artisan reverb:start`.
 */
final class ServerProcess
{
    /**
     * @param  object  $owner  held, so that its folder outlives the process that writes there
     */
    private function __construct(
        private readonly Process $process,
        private readonly object $owner,
        public readonly int $port,
    ) {}

    public function __destruct()
    {
        $this->process->stop(0);
    }

    /**
     * Returns when it listens.
     */
    public static function start(Process $process, object $owner): self
    {
        $process->start();
        $process->waitUntil(fn (): bool => str_contains($process->getOutput(), 'server on '));

        return preg_match('/server on [^ ]*:(\d+)/', $process->getOutput(), $match) === 1
            ? new self($process, $owner, (int) $match[1])
            : throw new RuntimeException("It did not start:\n{$process->getOutput()}{$process->getErrorOutput()}");
    }

    public function signal(int $signal): void
    {
        $this->process->signal($signal);
    }

    public function running(): bool
    {
        return $this->process->isRunning();
    }

    /**
     * Waits until it has ended.
     */
    public function exitStatus(float $timeout = 15.0): int
    {
        $deadline = microtime(true) + $timeout;

        while ($this->process->isRunning()) {
            if (microtime(true) > $deadline) {
                throw new RuntimeException("Still running after {$timeout} s:\n{$this->output()}");
            }

            usleep(10_000);
        }

        return $this->process->getExitCode() ?? throw new RuntimeException('No exit status');
    }

    public function output(): string
    {
        return $this->process->getOutput().$this->process->getErrorOutput();
    }

    /**
     * Waits until the output has this text.
     */
    public function waitForOutput(string $text, float $timeout = 10.0): void
    {
        $deadline = microtime(true) + $timeout;

        while (! str_contains($this->output(), $text)) {
            if (microtime(true) > $deadline || ! $this->process->isRunning()) {
                throw new RuntimeException("No \"{$text}\" in:\n{$this->output()}");
            }

            usleep(10_000);
        }
    }
}
