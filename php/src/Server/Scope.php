<?php

declare(strict_types=1);

namespace Reverb\Laravel\Server;

use Closure;
use Illuminate\Container\Container;
use Illuminate\Log\LogManager;
use Illuminate\Support\Facades\Facade;

/**
 * What Laravel keeps for one request, the server keeps for one call of the application's code: one
 * event, one client event with all its handlers, one tick of a timer. It starts as a job does in a
 * queue worker: with fresh scoped instances, and no context in the log.
 */
final class Scope
{
    private bool $open = false;

    public function __construct(
        private readonly Container $app,
    ) {}

    /**
     * A call within another is part of it: the application that a listener publishes to may have to
     * be looked up first.
     *
     * @template T
     *
     * @param  Closure(): T  $call
     * @return T
     */
    public function during(Closure $call): mixed
    {
        if ($this->open) {
            return $call();
        }

        $this->open = true;
        $this->reset();

        try {
            return $call();
        } finally {
            $this->open = false;
        }
    }

    private function reset(): void
    {
        $log = $this->app->resolved('log') ? $this->app->make('log') : null;

        if ($log instanceof LogManager) {
            $log->flushSharedContext();
            $log->withoutContext();
        }

        $this->app->forgetScopedInstances();
        Facade::clearResolvedInstances();
    }
}
