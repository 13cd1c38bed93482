<?php

declare(strict_types=1);

namespace Reverb\Laravel\Events;

use Laravel\Reverb\Connection;

/**
 * A client has connected. $address is the client's, as the server sees it: behind a proxy the one
 * that a trusted proxy named.
 */
final class ConnectionOpened
{
    public function __construct(
        public readonly Connection $connection,
        public readonly string $address,
    ) {}
}
