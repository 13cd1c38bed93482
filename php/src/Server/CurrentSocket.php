<?php

declare(strict_types=1);

namespace Reverb\Laravel\Server;

use Closure;
use Illuminate\Contracts\Container\Container;
use Illuminate\Http\Request;

/**
 * Whose socket `broadcast(…)->toOthers()` leaves out: Laravel asks the request for it, and in the
 * server there is none but the console's.
 */
final class CurrentSocket
{
    private const HEADER = 'X-Socket-ID';

    public function __construct(
        private readonly Container $app,
    ) {}

    /**
     * Calls as if it were the request of this client.
     *
     * @param  Closure(): mixed  $call
     */
    public function during(string $socketId, Closure $call): void
    {
        $request = $this->app->bound('request') ? $this->app->make('request') : null;

        if (! $request instanceof Request) {
            $call();

            return;
        }

        $before = $request->headers->get(self::HEADER);
        $request->headers->set(self::HEADER, $socketId);

        try {
            $call();
        } finally {
            $before === null ? $request->headers->remove(self::HEADER) : $request->headers->set(self::HEADER, $before);
        }
    }
}
