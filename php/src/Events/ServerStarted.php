<?php

declare(strict_types=1);

namespace Reverb\Laravel\Events;

/**
 * The server of reverb:start listens, at this address ("127.0.0.1:8080", the port being the real
 * one) and, where it has one, this unix socket.
 */
final class ServerStarted
{
    public function __construct(
        public readonly string $address,
        public readonly ?string $socket,
    ) {}
}
