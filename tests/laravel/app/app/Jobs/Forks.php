<?php

declare(strict_types=1);

namespace App\Jobs;

use App\Events\Sent;
use Illuminate\Contracts\Queue\ShouldQueue;
use RuntimeException;

/**
 * Broadcasts, then forks, and broadcasts on in all processes at once.
 */
final class Forks implements ShouldQueue
{
    private const CHILDREN = 3;

    public function __construct(private readonly string $channel, private readonly int $times) {}

    public function handle(): void
    {
        event(new Sent([$this->channel], 'parent 0'));
        $children = [];

        for ($child = 1; $child <= self::CHILDREN; $child++) {
            $process = pcntl_fork();

            if ($process === 0) {
                $this->send("child{$child}", 1);
                // Nothing of the worker's own is to run in the child.
                posix_kill(posix_getpid(), SIGKILL);
            }

            $children[] = $process;
        }

        $this->send('parent', 1);

        foreach ($children as $child) {
            pcntl_waitpid($child, $status) === $child && pcntl_wifsignaled($status)
                ?: throw new RuntimeException("Child {$child} did not end as it should");
        }

        event(new Sent([$this->channel], 'parent '.($this->times + 1)));
    }

    private function send(string $who, int $from): void
    {
        for ($number = $from; $number < $from + $this->times; $number++) {
            event(new Sent([$this->channel], "{$who} {$number}"));
        }
    }
}
