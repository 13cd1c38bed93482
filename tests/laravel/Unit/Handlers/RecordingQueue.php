<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit\Handlers;

use Illuminate\Contracts\Queue\Factory;
use Illuminate\Queue\NullQueue;

/**
 * Keeps what is queued, with the names of the connection and of the queue, and the delay.
 */
final class RecordingQueue extends NullQueue implements Factory
{
    /** @var list<array{?string, ?string, mixed, object}> */
    public array $jobs = [];

    private ?string $asked = null;

    public function connection($name = null): self
    {
        $this->asked = $name;

        return $this;
    }

    public function push($job, $data = '', $queue = null): void
    {
        $this->jobs[] = [$this->asked, $queue, null, $job];
    }

    public function later($delay, $job, $data = '', $queue = null): void
    {
        $this->jobs[] = [$this->asked, $queue, $delay, $job];
    }
}
