<?php

declare(strict_types=1);

namespace App\Reverb;

use App\Listeners\Recorder;
use Closure;

/**
 * A middleware of jobs that says when it was there.
 */
final class Noting
{
    public function __construct(
        private readonly string $by,
    ) {}

    public function handle(object $job, Closure $next): void
    {
        Recorder::write(['event' => 'middleware', 'by' => $this->by]);
        $next($job);
    }
}
