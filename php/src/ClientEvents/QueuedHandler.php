<?php

declare(strict_types=1);

namespace Reverb\Laravel\ClientEvents;

use DateInterval;
use DateTimeInterface;
use Illuminate\Bus\Queueable;
use Illuminate\Container\Container;
use Illuminate\Contracts\Queue\ShouldBeEncrypted;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Contracts\Queue\ShouldQueueAfterCommit;
use Illuminate\Queue\InteractsWithQueue;
use Illuminate\Support\Arr;
use ReflectionClass;
use Reverb\Laravel\Server\Action;
use Throwable;

/**
 * The job of a handler that implements ShouldQueue. It is queued the way the handler says, by the
 * properties and methods that queued listeners have.
 */
final class QueuedHandler implements ShouldQueue
{
    use InteractsWithQueue;
    use Queueable;

    public mixed $tries = null;

    public mixed $maxExceptions = null;

    public mixed $timeout = null;

    public bool $failOnTimeout = false;

    public mixed $backoff = null;

    public mixed $retryUntil = null;

    public bool $shouldBeEncrypted = false;

    /**
     * @param  class-string  $class
     */
    private function __construct(
        public readonly string $class,
        public readonly string $method,
        public readonly ClientEvent $event,
    ) {}

    /**
     * @return ?self null when the handler's shouldQueue() does not want this event
     */
    public static function of(Action $action, ClientEvent $event): ?self
    {
        [$class, $method] = $action->target();

        // Only asked how to be queued: what it is made of, it needs in the worker.
        $handler = (new ReflectionClass($class))->newInstanceWithoutConstructor();
        $says = static fn (string $property, ?string $method = null): mixed => $method !== null && method_exists($handler, $method)
            ? $handler->{$method}($event)
            : $handler->{$property} ?? null;

        if (method_exists($handler, 'shouldQueue') && ! $handler->shouldQueue($event)) {
            return null;
        }

        $job = new self($class, $method, $event);
        $job->onConnection(self::name($says('connection', 'viaConnection')));
        $job->onQueue(self::name($says('queue', 'viaQueue')));
        $job->delay(self::time($says('delay', 'withDelay')));
        $job->through(Arr::wrap($says('middleware', 'middleware')));
        $job->afterCommit = $handler instanceof ShouldQueueAfterCommit || (bool) $says('afterCommit');
        $job->tries = $says('tries', 'tries');
        $job->maxExceptions = $says('maxExceptions');
        $job->timeout = $says('timeout');
        $job->failOnTimeout = (bool) $says('failOnTimeout');
        $job->backoff = $says('backoff', 'backoff');
        $job->retryUntil = $says('retryUntil', 'retryUntil');
        $job->shouldBeEncrypted = $handler instanceof ShouldBeEncrypted;

        return $job;
    }

    public function handle(HandlerCaller $caller): void
    {
        $caller->call(Action::of([$this->class, $this->method]), $this->event, $this->job);
    }

    public function failed(?Throwable $e): void
    {
        $handler = Container::getInstance()->make($this->class);

        if (method_exists($handler, 'failed')) {
            $handler->failed($this->event, $e);
        }
    }

    public function displayName(): string
    {
        return $this->class;
    }

    private static function name(mixed $name): ?string
    {
        return is_string($name) ? $name : null;
    }

    private static function time(mixed $time): DateTimeInterface|DateInterval|int|null
    {
        return is_int($time) || $time instanceof DateTimeInterface || $time instanceof DateInterval ? $time : null;
    }
}
