<?php

declare(strict_types=1);

namespace Reverb\Laravel\ClientEvents;

use Illuminate\Container\Container;
use Illuminate\Events\CallQueuedListener;
use Reverb\Laravel\Server\Action;

/**
 * The job of a handler that implements ShouldQueue: a queued listener's, which calls the handler the
 * way handlers are called.
 */
final class QueuedHandler extends CallQueuedListener
{
    public function handle(Container $container): void
    {
        $container->make(HandlerCaller::class)->call(Action::of([$this->class, $this->method]), $this->event(), $this->job);
    }

    private function event(): ClientEvent
    {
        /** @var array{ClientEvent} $arguments */
        $arguments = $this->data;

        return $arguments[0];
    }
}
