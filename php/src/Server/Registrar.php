<?php

declare(strict_types=1);

namespace Reverb\Laravel\Server;

use Closure;
use Illuminate\Container\Container;
use InvalidArgumentException;
use Reverb\Laravel\ClientEvents\ClientEventHandlers;
use Reverb\Laravel\Exceptions\CannotStart;
use Reverb\Server;
use Stringable;

/**
 * What the application wants done in the server's process: handlers of client events, and timers.
 * Other processes may register them too; they do nothing there.
 */
final class Registrar
{
    private ?Server $server = null;

    /** @var list<Timer> of before the server started */
    private array $timers = [];

    public function __construct(
        private readonly Container $app,
        private readonly ClientEventHandlers $handlers,
        private readonly Scope $scope,
    ) {}

    /**
     * Lets a handler answer events of clients: every one whose name and channel match, after it was
     * passed on to the channel's other subscribers.
     *
     * @param  string  $event  "client-typing"; `*` is anything
     * @param  string|Stringable  $channel  the whole name, "private-chat.{room}", or such a channel; `*` is anything
     * @param  Closure|string|array<array-key, mixed>  $handler  a closure, `Class`, `Class@method` or [Class::class, 'method']
     *
     * @throws InvalidArgumentException for an event or a channel that no client event can match
     */
    public function on(string $event, string|Stringable $channel, Closure|string|array $handler): void
    {
        $this->handlers->add($event, (string) $channel, Action::of($handler));

        if ($this->server !== null) {
            $this->listen($this->server);
        }
    }

    /**
     * Calls something every so many seconds, the first time after that many. Calls never overlap:
     * one that takes longer delays the next.
     *
     * @param  Closure|string|array<array-key, mixed>  $action  as of on(); may ask for the Timer
     *
     * @throws InvalidArgumentException for less than 0.001 seconds, or more than 366 days
     */
    public function every(float $seconds, Closure|string|array $action): Timer
    {
        $action = Action::of($action);
        $timer = new Timer($seconds, function (Timer $timer) use ($action): void {
            $this->scope->during(
                fn (): mixed => $this->app->call($action->resolve($this->app), ['timer' => $timer, Timer::class => $timer])
            );
        }, $action);

        if ($this->server !== null) {
            $timer->start($this->server);
        } else {
            $this->timers[] = $timer;
        }

        return $timer;
    }

    /**
     * Sets all this up in a server that is about to run.
     *
     * @throws CannotStart for what cannot be called
     */
    public function attach(Server $server): void
    {
        $this->handlers->check();

        foreach ($this->timers as $timer) {
            $timer->action->check("The timer of every {$timer->seconds} seconds");
            $timer->start($server);
        }

        $this->server = $server;

        if ($this->handlers->exist()) {
            $this->listen($server);
        }
    }

    /**
     * The hook costs the server a call into PHP for each client event, so it is set when there is a
     * handler.
     */
    private function listen(Server $server): void
    {
        $server->on('client_event', function (array $call): void {
            /** @var array{app_id: string, socket_id: string, origin: ?string, channel: string, user_id: ?string, message: string} $call */
            $this->scope->during(fn () => $this->handlers->handle($call));
        });
    }
}
