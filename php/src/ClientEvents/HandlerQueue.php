<?php

declare(strict_types=1);

namespace Reverb\Laravel\ClientEvents;

use Illuminate\Container\Container;
use Illuminate\Contracts\Queue\Factory;
use Illuminate\Contracts\Queue\ShouldBeUnique;
use Illuminate\Events\CallQueuedListener;
use Illuminate\Events\Dispatcher;
use ReflectionClass;
use Reverb\Laravel\Exceptions\CannotStart;
use Reverb\Laravel\Server\Action;

/**
 * Queues handlers that implement ShouldQueue. Laravel's dispatcher of events does it, so that a
 * handler is queued as a listener is, by whatever the Laravel that is installed lets a listener say.
 */
final class HandlerQueue extends Dispatcher
{
    public function __construct(Container $app)
    {
        parent::__construct($app);

        // As Laravel itself does; its comment on the parameter names another type.
        $this->setQueueResolver(static fn (): Factory => $app->make(Factory::class)); // @phpstan-ignore argument.type
    }

    /**
     * @param  string  $what  "The handler of client-typing"
     *
     * @throws CannotStart for a handler that says what this Laravel would not hear
     */
    public function check(string $what, Action $action): void
    {
        [$class] = $action->target();
        $supported = method_exists(CallQueuedListener::class, 'shouldBeUnique'); // @phpstan-ignore function.alreadyNarrowedType

        if (is_subclass_of($class, ShouldBeUnique::class) && ! $supported) {
            throw new CannotStart(
                "{$what}: {$class} implements ShouldBeUnique. Laravel's queued listeners, and so handlers, can be unique from version 12.50 on."
            );
        }
    }

    /**
     * Unless the handler's shouldQueue() does not want this event, or it is unique and waits already.
     */
    public function queue(Action $action, ClientEvent $event): void
    {
        $this->makeListener($action->target())($event->event, [$event]);
    }

    /**
     * @param  class-string  $class
     * @param  string  $method
     * @param  array{ClientEvent}  $arguments
     * @return array{object, QueuedHandler} the listener that is asked how to be queued, and its job
     */
    protected function createListenerAndJob($class, $method, $arguments): array
    {
        $listener = (new ReflectionClass($class))->newInstanceWithoutConstructor();
        $job = new QueuedHandler($class, $method, $arguments);
        $this->propagateListenerOptions($listener, $job);

        return [$listener, $job];
    }
}
