<?php

declare(strict_types=1);

namespace Reverb\Laravel\Server;

use Closure;
use Illuminate\Contracts\Container\Container;
use Illuminate\Contracts\Queue\ShouldQueue;
use InvalidArgumentException;
use LogicException;
use ReflectionMethod;
use Reverb\Laravel\Exceptions\CannotStart;

/**
 * What the application wants called in the server: a closure, or a method of a class that the
 * container makes when it is called.
 */
final class Action
{
    /**
     * @param  Closure|array{string, ?string}  $target
     */
    private function __construct(
        private readonly Closure|array $target,
    ) {}

    /**
     * @param  Closure|string|array<array-key, mixed>  $action  a closure, `Class`, `Class@method` or [Class, method]
     *
     * @throws InvalidArgumentException for anything else
     */
    public static function of(Closure|string|array $action): self
    {
        if ($action instanceof Closure) {
            return new self($action);
        }

        [$class, $method] = is_string($action) ? [...explode('@', $action, 2), null] : [$action[0] ?? null, $action[1] ?? null];

        if (! is_string($class) || (is_array($action) && (count($action) !== 2 || ! is_string($method)))) {
            throw new InvalidArgumentException('A handler is a closure, the name of a class, or [Class::class, \'method\'].');
        }

        return new self([$class, is_string($method) ? $method : null]);
    }

    /**
     * @param  string  $what  "The handler of client-typing"
     *
     * @throws CannotStart when there is no such class or method
     */
    public function check(string $what): void
    {
        if ($this->target instanceof Closure) {
            return;
        }

        [$class, $method] = $this->target;

        if (! class_exists($class)) {
            throw new CannotStart("{$what}: there is no class {$class}.");
        }

        if (! method_exists($class, $method ?? $this->method($class))) {
            throw new CannotStart("{$what}: {$class} has no method ".($method ?? 'handle').'().');
        }
    }

    public function queued(): bool
    {
        return is_array($this->target) && is_subclass_of($this->target[0], ShouldQueue::class);
    }

    /**
     * @return array{class-string, string}
     */
    public function target(): array
    {
        if ($this->target instanceof Closure) {
            throw new LogicException('A closure has no class.');
        }

        [$class, $method] = $this->target;

        return class_exists($class)
            ? [$class, $method ?? $this->method($class)]
            : throw new LogicException("There is no class {$class}.");
    }

    /**
     * What the container can call: the closure, or the method of an object that it makes.
     */
    public function resolve(Container $app): Closure
    {
        if ($this->target instanceof Closure) {
            return $this->target;
        }

        [$class, $method] = $this->target();

        return (new ReflectionMethod($class, $method))->getClosure($app->make($class));
    }

    private function method(string $class): string
    {
        return ! method_exists($class, 'handle') && method_exists($class, '__invoke') ? '__invoke' : 'handle';
    }
}
