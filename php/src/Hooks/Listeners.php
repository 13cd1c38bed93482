<?php

declare(strict_types=1);

namespace Reverb\Laravel\Hooks;

use Illuminate\Contracts\Events\Dispatcher;
use Illuminate\Events\Dispatcher as LaravelDispatcher;

/**
 * Whether somebody listens to an event by its name, or by an interface of it. Listeners to
 * patterns, such as Telescope's to all events, are no wish for this one.
 */
final class Listeners
{
    public function __construct(
        private readonly Dispatcher $events,
    ) {}

    /**
     * @param  class-string  $event
     */
    public function exist(string $event): bool
    {
        if (! $this->events instanceof LaravelDispatcher) {
            return $this->events->hasListeners($event);
        }

        $listeners = $this->events->getRawListeners();

        foreach ([$event, ...class_implements($event)] as $name) {
            if (($listeners[$name] ?? []) !== []) {
                return true;
            }
        }

        return false;
    }
}
