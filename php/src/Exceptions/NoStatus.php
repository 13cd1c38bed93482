<?php

declare(strict_types=1);

namespace Reverb\Laravel\Exceptions;

use RuntimeException;
use Throwable;

/**
 * Why there is no status of a server, in words for whoever asked.
 */
final class NoStatus extends RuntimeException
{
    /**
     * @param  string  $problem  without a full stop
     * @param  string  $advice  what to do
     * @param  bool  $listens  whether a server, or something, took the connection
     */
    public function __construct(
        public readonly string $problem,
        string $advice,
        public readonly bool $listens = false,
        ?Throwable $previous = null,
    ) {
        parent::__construct("{$problem}. {$advice}", 0, $previous);
    }
}
