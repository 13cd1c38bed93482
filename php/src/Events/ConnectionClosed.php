<?php

declare(strict_types=1);

namespace Reverb\Laravel\Events;

use Laravel\Reverb\Connection;

/**
 * A connection has ended, whoever ended it.
 */
final class ConnectionClosed
{
    public function __construct(
        public readonly Connection $connection,
    ) {}
}
