<?php

declare(strict_types=1);

namespace Reverb\Laravel\ClientEvents;

use Illuminate\Contracts\Container\Container;
use Illuminate\Contracts\Queue\Job;
use Illuminate\Contracts\Routing\UrlRoutable;
use Illuminate\Validation\ValidationException;
use ReflectionFunction;
use ReflectionNamedType;
use Reverb\Laravel\Server\Action;
use Reverb\Laravel\Server\CurrentSocket;

/**
 * Calls a handler: with what its signature asks for, and as if it had been the sender's request, so
 * that `broadcast(…)->toOthers()` leaves out the sender.
 */
final class HandlerCaller
{
    public function __construct(
        private readonly Container $app,
        private readonly CurrentSocket $socket,
    ) {}

    /**
     * @param  ?Job  $job  where a worker runs it
     */
    public function call(Action $action, ClientEvent $event, ?Job $job = null): void
    {
        $handler = $action->resolve($this->app);

        $signature = new ReflectionFunction($handler);
        $object = $signature->getClosureThis();

        // As InteractsWithQueue has it, by which a handler releases or deletes its job.
        if ($job !== null && $object !== null && method_exists($object, 'setJob')) {
            $object->setJob($job);
        }

        $models = $this->models($signature, $event->parameters);

        if ($models === null) {
            return;
        }

        try {
            $this->socket->during($event->socketId(), fn (): mixed => $this->app->call($handler, [
                'event' => $event, ClientEvent::class => $event, ...$event->parameters, ...$models,
            ]));
        } catch (ValidationException) {
            // A client's nonsense: nothing to report, and for a worker nothing to try again.
        }
    }

    /**
     * Models in place of parameters, as in routes: of the type and the name in the signature.
     *
     * @param  array<string, string>  $parameters
     * @return ?array<string, UrlRoutable> null when there is no such model
     */
    private function models(ReflectionFunction $signature, array $parameters): ?array
    {
        $models = [];

        foreach ($signature->getParameters() as $parameter) {
            $name = $parameter->getName();
            $type = $parameter->getType();

            if (! isset($parameters[$name]) || ! $type instanceof ReflectionNamedType || ! is_a($type->getName(), UrlRoutable::class, true)) {
                continue;
            }

            /** @var ?UrlRoutable $model */
            $model = $this->app->make($type->getName())->resolveRouteBinding($parameters[$name]);

            if ($model === null) {
                return null;
            }

            $models[$name] = $model;
        }

        return $models;
    }
}
