<?php

declare(strict_types=1);

namespace Reverb\Laravel\Monitoring;

use Psr\Log\LoggerInterface;
use Reverb\Server;

/**
 * Warns when listeners were too slow: what the server had to tell them and had no room for is lost.
 */
final class DroppedCalls
{
    private const SECONDS = 10.0;

    private int $known = 0;

    public function __construct(
        private readonly LoggerInterface $log,
    ) {}

    public function watch(Server $server): void
    {
        $server->every(self::SECONDS, fn () => $this->check($server->stats()));
    }

    /**
     * @param  array<string, mixed>  $stats
     */
    public function check(array $stats): void
    {
        $dropped = $stats['hooks_dropped'];

        if (! is_int($dropped) || $dropped <= $this->known) {
            return;
        }

        $this->log->warning(
            'Listeners or handlers of the Reverb server\'s events were too slow: '.($dropped - $this->known).' events were dropped, '
            .'which delayed no client. Queue them, or let them do less.',
            ['dropped' => $dropped - $this->known, 'dropped_since_start' => $dropped],
        );

        $this->known = $dropped;
    }
}
