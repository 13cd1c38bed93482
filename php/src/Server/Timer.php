<?php

declare(strict_types=1);

namespace Reverb\Laravel\Server;

use Closure;
use InvalidArgumentException;
use Reverb\Server;

/**
 * Something that the server does again and again; by `Reverb::every()`.
 */
final class Timer
{
    private const SHORTEST = 0.001;

    private const LONGEST = 366 * 86_400.0;

    private ?Server $server = null;

    /** The server's number for it, once it runs. */
    private ?int $number = null;

    private bool $cancelled = false;

    /**
     * @param  Closure(self): void  $run
     *
     * @throws InvalidArgumentException for a time that a timer cannot have
     */
    public function __construct(
        public readonly float $seconds,
        private readonly Closure $run,
        public readonly Action $action,
    ) {
        if (! ($seconds >= self::SHORTEST && $seconds <= self::LONGEST)) {
            throw new InvalidArgumentException(
                'A timer comes every 0.001 seconds at the most often and every 366 days at the least, not every '
                .var_export($seconds, true).' seconds.'
            );
        }
    }

    /**
     * Lets it run from now on, in this server.
     */
    public function start(Server $server): void
    {
        if ($this->cancelled) {
            return;
        }

        $this->server = $server;
        $this->number = $server->every($this->seconds, fn () => ($this->run)($this));
    }

    /**
     * Never again; also from within, and before the server has started.
     */
    public function cancel(): void
    {
        $this->cancelled = true;

        if ($this->server !== null && $this->number !== null) {
            $this->server->cancel($this->number);
            $this->server = null;
        }
    }
}
